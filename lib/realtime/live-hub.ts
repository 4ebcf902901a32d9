import pg from "pg";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";

export interface StoredEvent {
  readonly customerId: string;
  readonly id: bigint;
  readonly type: string;
  readonly payload: unknown;
}

/** One open browser connection. `lastId` is the newest event it was given. */
export interface Subscriber {
  readonly customerId: string;
  lastId: bigint;
  /** Takes what is new, oldest first, all of it in one go. */
  readonly deliver: (events: readonly StoredEvent[]) => void;
}

const RECONNECT_DELAY_MS = SECOND_MS;
const READ_MAX = 500;

/**
 * One listener per process: Postgres says which customer has news, the hub reads the new rows once and
 * hands them to that customer's open connections. Notifications are only a nudge; what is sent is read
 * from the event log, so a lost nudge costs time, never an event.
 */
class LiveHub {
  private readonly subscribers = new Map<string, Set<Subscriber>>();
  private readonly dirty = new Set<string>();
  private client: pg.Client | null = null;
  private connecting: Promise<void> | null = null;
  private reading = false;
  private closed = false;

  /** Registers a connection and gives it everything after its `lastId`. */
  async subscribe(subscriber: Subscriber): Promise<void> {
    const peers = this.subscribers.get(subscriber.customerId) ?? new Set();
    peers.add(subscriber);
    this.subscribers.set(subscriber.customerId, peers);
    await this.listen();
    this.nudge(subscriber.customerId);
  }

  unsubscribe(subscriber: Subscriber): void {
    const peers = this.subscribers.get(subscriber.customerId);
    peers?.delete(subscriber);
    if (peers?.size === 0) this.subscribers.delete(subscriber.customerId);
  }

  connectionsOf(customerId: string): number {
    return this.subscribers.get(customerId)?.size ?? 0;
  }

  connections(): number {
    let count = 0;
    for (const peers of this.subscribers.values()) count += peers.size;
    return count;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.connecting?.catch(() => undefined);
    await this.client?.end();
    this.client = null;
  }

  private listen(): Promise<void> {
    if (this.client || this.closed) return Promise.resolve();
    this.connecting ??= this.connect().finally(() => {
      this.connecting = null;
    });
    return this.connecting;
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: env().databaseUrl,
      application_name: "malipo-live",
      keepAlive: true,
    });
    client.on("notification", ({ payload }) => this.nudge(payload ?? ""));
    client.on("error", (error) => this.reconnect(client, error));
    client.on("end", () => this.reconnect(client, null));
    try {
      await client.connect();
      await client.query("LISTEN live_events");
    } catch (error) {
      this.reconnect(client, error);
      return;
    }
    this.client = client;
    // Whatever was announced while nobody listened is still in the log.
    for (const customerId of this.subscribers.keys()) this.nudge(customerId);
  }

  private reconnect(client: pg.Client, error: unknown): void {
    if (this.closed || (this.client !== null && this.client !== client)) return;
    if (error) log().warn({ err: error }, "live events: connection lost, trying again");
    client.removeAllListeners("end");
    this.client = null;
    setTimeout(() => void this.listen(), RECONNECT_DELAY_MS).unref();
  }

  private nudge(customerId: string): void {
    if (!this.subscribers.has(customerId)) return;
    this.dirty.add(customerId);
    if (!this.reading) void this.readDirty();
  }

  private async readDirty(): Promise<void> {
    this.reading = true;
    try {
      while (this.dirty.size > 0) {
        const customerIds = [...this.dirty];
        this.dirty.clear();
        await this.readFor(customerIds);
      }
    } catch (error) {
      log().warn({ err: error }, "live events: could not read the log");
      setTimeout(() => {
        for (const customerId of this.subscribers.keys()) this.nudge(customerId);
      }, RECONNECT_DELAY_MS).unref();
    } finally {
      this.reading = false;
    }
  }

  private async readFor(customerIds: readonly string[]): Promise<void> {
    const wanted = customerIds.flatMap((customerId) => {
      const peers = [...(this.subscribers.get(customerId) ?? [])];
      const [first] = peers;
      if (!first) return [];
      const after = peers.reduce(
        (low, peer) => (peer.lastId < low ? peer.lastId : low),
        first.lastId,
      );
      return [{ customerId, after }];
    });
    if (wanted.length === 0) return;
    const rows = await db().$queryRaw<StoredEvent[]>`
      SELECT e.customer_id AS "customerId", e.id, e.type, e.payload
        FROM unnest(${wanted.map((w) => w.customerId)}::text[], ${wanted.map((w) => w.after)}::bigint[])
             AS wanted (customer_id, after_id)
        CROSS JOIN LATERAL (
          SELECT * FROM live_events l
           WHERE l.customer_id = wanted.customer_id AND l.id > wanted.after_id
           ORDER BY l.id LIMIT ${READ_MAX}) AS e
       ORDER BY e.customer_id, e.id`;
    const news = Map.groupBy(rows, (row) => row.customerId);
    for (const { customerId, after } of wanted) {
      const events = news.get(customerId) ?? [];
      this.deliver(customerId, after, events);
      // A customer with more news than one read holds is read again.
      if (events.length === READ_MAX) this.dirty.add(customerId);
    }
  }

  /** Hands out one read. Whoever came during it and is further back waits for a read of their own. */
  private deliver(customerId: string, after: bigint, events: readonly StoredEvent[]): void {
    for (const peer of this.subscribers.get(customerId) ?? []) {
      if (peer.lastId < after) continue;
      const unseen = events.filter((event) => event.id > peer.lastId);
      const newest = unseen.at(-1);
      if (!newest) continue;
      peer.lastId = newest.id;
      peer.deliver(unseen);
    }
  }
}

let hub: LiveHub | undefined;

/** The process's hub. */
export function liveHub(): LiveHub {
  hub ??= new LiveHub();
  return hub;
}

/** Ends the listener, for processes that stop and tests that finish. */
export async function closeLiveHub(): Promise<void> {
  await hub?.close();
  hub = undefined;
}
