import { db } from "@/lib/db";
import { SECOND_MS } from "@/lib/kit/time";
import { liveHub, type StoredEvent, type Subscriber } from "./live-hub";

const HEARTBEAT_MS = 15 * SECOND_MS;
const RETRY_MS = 2 * SECOND_MS;
/** A browser that reads nothing for this many chunks is cut off; it comes back with its last id. */
const UNREAD_CHUNKS_MAX = 100;

const encoder = new TextEncoder();
const HEARTBEAT = encoder.encode(": still here\n\n");
const GREETING = encoder.encode(`retry: ${RETRY_MS}\n: listening\n\n`);

/**
 * The bytes of one Server-Sent Events connection of a customer: what was missed since `lastEventId`,
 * then everything new, with a heartbeat every 15 seconds. Without an id it starts at now. It ends when
 * `signal` aborts, when the reader goes away, or when the reader stops reading.
 */
export async function openEventStream(input: {
  customerId: string;
  lastEventId: bigint | null;
  signal: AbortSignal;
}): Promise<ReadableStream<Uint8Array>> {
  const lastId = input.lastEventId ?? (await newestEventId(input.customerId));
  let close: () => void = () => undefined;
  return new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        let open = true;
        const send = (chunk: Uint8Array) => {
          if (!open) return;
          if ((controller.desiredSize ?? 0) < -UNREAD_CHUNKS_MAX) return close();
          controller.enqueue(chunk);
        };
        const subscriber: Subscriber = {
          customerId: input.customerId,
          lastId,
          deliver: (event) => send(encode(event)),
        };
        const beat = () => send(HEARTBEAT);
        close = () => {
          if (!open) return;
          open = false;
          heartbeats.delete(beat);
          liveHub().unsubscribe(subscriber);
          input.signal.removeEventListener("abort", close);
          controller.close();
        };
        input.signal.addEventListener("abort", close, { once: true });
        heartbeats.add(beat);
        startHeart();
        send(GREETING);
        await liveHub().subscribe(subscriber);
        if (input.signal.aborted) close();
      },
      cancel() {
        close();
      },
    },
    { highWaterMark: 1 },
  );
}

/** The number a new connection starts after. */
async function newestEventId(customerId: string): Promise<bigint> {
  const user = await db().user.findUnique({
    where: { id: customerId },
    select: { eventSeq: true },
  });
  return user?.eventSeq ?? 0n;
}

function encode(event: StoredEvent): Uint8Array {
  return encoder.encode(
    `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.payload)}\n\n`,
  );
}

// One timer for all connections of the process instead of one each.
const heartbeats = new Set<() => void>();
let heart: NodeJS.Timeout | undefined;

function startHeart(): void {
  heart ??= setInterval(() => {
    for (const beat of heartbeats) beat();
  }, HEARTBEAT_MS).unref();
}
