import { resolveSession } from "@/lib/auth/resolve-session";
import { ForbiddenError, TooManyRequestsError, UnauthenticatedError } from "@/lib/errors";
import { newId } from "@/lib/kit/ids";
import { MINUTE_MS } from "@/lib/kit/time";
import { metrics } from "@/lib/metrics";
import { openEventStream } from "@/lib/realtime/open-event-stream";
import { readCookie } from "./cookies";
import { problem } from "./problem";
import { REQUEST_ID_HEADER } from "./request-headers";
import { takeStreamPlace } from "./stream-registry";

/** After this the browser connects again and shows its session again, so a dead one hears no more. */
const STREAM_MS_MAX = 15 * MINUTE_MS;
const RETRY_AFTER_SECONDS = 30;

/**
 * `GET /api/events`: a signed-in customer's live events. Replays from `Last-Event-ID` (or
 * `?last_event_id=`) and then follows. A plain function of a `Request`, because our server calls it
 * before Next does; at most six streams a customer and process.
 */
export async function eventsDoor(request: Request): Promise<Response> {
  const requestId = newId("request");
  try {
    const session = await resolveSession(readCookie(request.headers, "session"));
    if (!session) throw new UnauthenticatedError();
    if (session.user.role !== "customer") throw new ForbiddenError();
    const release = takeStreamPlace(session.user.id);
    if (!release) throw new TooManyRequestsError(RETRY_AFTER_SECONDS);
    metrics.sseConnections.inc();
    const ended = () => {
      release();
      metrics.sseConnections.dec();
    };
    try {
      return await streamAnswer(request, session.user.id, ended, requestId);
    } catch (error) {
      ended();
      throw error;
    }
  } catch (error) {
    const answer = problem(error, { headers: request.headers, requestId });
    answer.headers.set(REQUEST_ID_HEADER, requestId);
    answer.headers.set("referrer-policy", "no-referrer");
    return answer;
  }
}

async function streamAnswer(
  request: Request,
  customerId: string,
  ended: () => void,
  requestId: string,
): Promise<Response> {
  const stream = await openEventStream({
    customerId,
    lastEventId: lastEventIdOf(request),
    openForMs: STREAM_MS_MAX,
    onEnd: ended,
  });
  if (request.signal.aborted) stream.close();
  else request.signal.addEventListener("abort", stream.close, { once: true });
  return new Response(stream.bytes, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      // Our own server answers this door before Next adds what every page has.
      "referrer-policy": "no-referrer",
      // Proxies that buffer would hold an event back until the next one.
      "x-accel-buffering": "no",
      [REQUEST_ID_HEADER]: requestId,
    },
  });
}

/** The last event the browser saw. What is no number of ours counts as none. */
function lastEventIdOf(request: Request): bigint | null {
  const asked =
    request.headers.get("last-event-id") ??
    new URL(request.url).searchParams.get("last_event_id") ??
    "";
  return /^\d{1,18}$/.test(asked) ? BigInt(asked) : null;
}
