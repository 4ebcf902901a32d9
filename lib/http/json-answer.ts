/** A JSON answer that nothing on the way may keep. */
export function jsonAnswer(body: object, status = 200): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}
