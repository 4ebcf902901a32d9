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
    return await streamAnswer(request, session.user.id, ended, requestId);
  } catch (error) {
    const answer = problem(error, { headers: request.headers, requestId });
    answer.headers.set(REQUEST_ID_HEADER, requestId);
    return answer;
  }
}

async function streamAnswer(
  request: Request,
  customerId: string,
  ended: () => void,
  requestId: string,
): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), STREAM_MS_MAX);
  const signal = AbortSignal.any([request.signal, stop.signal]);
  let over = false;
  const finish = () => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    stop.abort();
    ended();
  };
  signal.addEventListener("abort", finish, { once: true });
  const lastEventId = lastEventIdOf(request);
  const events = await openEventStream({ customerId, lastEventId, signal }).catch(
    (error: unknown) => {
      finish();
      throw error;
    },
  );
  return new Response(notingItsEnd(events, finish), {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      // Proxies that buffer would hold an event back until the next one.
      "x-accel-buffering": "no",
      [REQUEST_ID_HEADER]: requestId,
    },
  });
}

/** The same bytes; `finish` runs once when they end, for whatever reason. */
function notingItsEnd(
  events: ReadableStream<Uint8Array>,
  finish: () => void,
): ReadableStream<Uint8Array> {
  const reader = events.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        finish();
        controller.close();
      } catch (error) {
        finish();
        controller.error(error);
      }
    },
    async cancel(reason) {
      finish();
      await reader.cancel(reason);
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
