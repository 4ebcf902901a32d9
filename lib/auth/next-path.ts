const BASE = "https://this-site.invalid";
const PATH_CHARS_MAX = 500;

/**
 * A path of this site to go on to, or `fallback`. Whatever names another site, in any of the ways
 * browsers forgive (`//host`, `/\host`, tabs inside, a scheme), is not one; nor is anything under
 * `/api` or `/session`, where nobody can arrive by a link.
 */
export function nextPath(wanted: string | null | undefined, fallback = "/"): string {
  if (!wanted || wanted.length > PATH_CHARS_MAX || !wanted.startsWith("/")) return fallback;
  if (/[\u0000-\u0020\u007f\\]/.test(wanted)) return fallback;
  if (!URL.canParse(wanted, BASE)) return fallback;
  const url = new URL(wanted, BASE);
  if (url.origin !== BASE || url.pathname.startsWith("//")) return fallback;
  if (/^\/(api|session)(\/|$)/.test(url.pathname)) return fallback;
  return `${url.pathname}${url.search}${url.hash}`;
}
