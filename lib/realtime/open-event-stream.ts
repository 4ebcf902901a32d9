import { db } from "@/lib/db";
import { SECOND_MS } from "@/lib/kit/time";
import { liveHub, type StoredEvent, type Subscriber } from "./live-hub";

const HEARTBEAT_MS = 15 * SECOND_MS;
const RETRY_MS = 2 * SECOND_MS;
/** A browser that reads nothing for this many chunks is cut off; it comes back with its last id. */
const UNREAD_CHUNKS_MAX = 100;

const encoder = new TextEncoder();
// An event and not a comment: the page hears that the line is alive and asks less often itself.
const HEARTBEAT = encoder.encode("event: heartbeat\ndata: {}\n\n");
const GREETING = encoder.encode(`retry: ${RETRY_MS}\n: listening\n\n`);

/** One open Server-Sent Events connection. There may be thousands, so it holds as little as it can. */
export interface EventStream {
  readonly bytes: ReadableStream<Uint8Array>;
  /** Ends it. Ending it again does nothing. */
  readonly close: () => void;
}

/**
 * Opens the stream of one connection of a customer: what was missed since `lastEventId`, then everything
 * new, with a heartbeat every 15 seconds. Without an id it starts at now. It ends when `close` is called,
 * when the reader goes away or stops reading, and with the first heartbeat after `openForMs`; `onEnd` is
 * called once, whatever ended it.
 */
export async function openEventStream(input: {
  customerId: string;
  lastEventId: bigint | null;
  openForMs: number;
  onEnd: () => void;
}): Promise<EventStream> {
  const lastId = input.lastEventId ?? (await newestEventId(input.customerId));
  const endsAtMs = performance.now() + input.openForMs;
  const connection = new Connection(input.customerId, lastId, endsAtMs, input.onEnd);
  const bytes = new ReadableStream<Uint8Array>(connection, { highWaterMark: 1 });
  return { bytes, close: () => connection.close() };
}

/** The source of a stream's bytes and the hub's subscriber in one. */
class Connection implements Subscriber, UnderlyingDefaultSource<Uint8Array> {
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  constructor(
    readonly customerId: string,
    public lastId: bigint,
    private readonly endsAtMs: number,
    private readonly onEnd: () => void,
  ) {}

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.controller = controller;
    this.send(GREETING);
    beatFor(this);
    void liveHub().subscribe(this);
  }

  cancel(): void {
    this.end();
  }

  /** One chunk, however long the replay: only a browser that does not read lets chunks pile up. */
  deliver(events: readonly StoredEvent[]): void {
    this.send(encoder.encode(events.map(encode).join("")));
  }

  beat(nowMs: number): void {
    if (nowMs >= this.endsAtMs) this.close();
    else this.send(HEARTBEAT);
  }

  close(): void {
    const { controller } = this;
    if (!controller) return;
    this.end();
    controller.close();
  }

  private send(chunk: Uint8Array): void {
    if (!this.controller) return;
    if ((this.controller.desiredSize ?? 0) < -UNREAD_CHUNKS_MAX) this.cutOff();
    else this.controller.enqueue(chunk);
  }

  /** What nobody reads is thrown away with the connection. */
  private cutOff(): void {
    const { controller } = this;
    this.end();
    controller?.error(new Error("the browser stopped reading"));
  }

  private end(): void {
    if (!this.controller) return;
    this.controller = null;
    connections.delete(this);
    liveHub().unsubscribe(this);
    this.onEnd();
  }
}

function encode({ id, type, payload }: StoredEvent): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(payload)}\n\n`;
}

/** The number a new connection starts after. */
async function newestEventId(customerId: string): Promise<bigint> {
  const user = await db().user.findUnique({
    where: { id: customerId },
    select: { eventSeq: true },
  });
  return user?.eventSeq ?? 0n;
}

// One timer for all connections of the process instead of one each.
const connections = new Set<Connection>();
let heart: NodeJS.Timeout | undefined;

function beatFor(connection: Connection): void {
  connections.add(connection);
  heart ??= setInterval(() => {
    const nowMs = performance.now();
    for (const each of connections) each.beat(nowMs);
  }, HEARTBEAT_MS).unref();
}
