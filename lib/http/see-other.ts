/**
 * A 303 to a path of this site: after a post the browser fetches that page, and "back" does not post
 * again. The address stays relative, so it is right behind any proxy.
 */
export function seeOther(path: string, cookies: readonly string[] = []): Response {
  const response = new Response(null, { status: 303, headers: { location: path } });
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}
