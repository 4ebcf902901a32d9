import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { withTransaction, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { MINUTE_MS } from "@/lib/kit/time";
import { eventually } from "@/test/eventually";
import { openShop, type Shop } from "@/test/shop";
import { emitLiveEvent } from "./emit-live-event";
import { openEventStream } from "./open-event-stream";

/** One process's way to open streams. */
interface Realtime {
  readonly openEventStream: typeof openEventStream;
}

let shop: Shop;
let outsider: pg.Client;

beforeAll(async () => {
  shop = await openShop();
  outsider = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await outsider.connect();
});
afterAll(async () => {
  await outsider.end();
  await shop.close();
});

interface Listener {
  readonly ids: number[];
  readonly types: string[];
  stop(): Promise<void>;
}

/** One browser: reads the bytes of a stream and notes the events in them. */
async function listen(
  customerId: string,
  options: { lastEventId?: bigint | null; realtime?: Realtime } = {},
): Promise<Listener> {
  const { lastEventId = null, realtime } = options;
  const open = realtime?.openEventStream ?? openEventStream;
  let ended = 0;
  const { bytes, close } = await open({
    customerId,
    lastEventId,
    openForMs: MINUTE_MS,
    onEnd: () => (ended += 1),
  });
  const listener = { ids: new Array<number>(), types: new Array<string>() };
  const reading = (async () => {
    let text = "";
    const decoder = new TextDecoder();
    const reader = bytes.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) note(listener, block);
    }
  })();
  return {
    ...listener,
    async stop() {
      close();
      await reading;
      expect(ended).toBe(1);
    },
  };
}

function note(listener: { ids: number[]; types: string[] }, block: string): void {
  const id = /^id: (\d+)$/m.exec(block)?.[1];
  const type = /^event: (\w+)$/m.exec(block)?.[1];
  if (id === undefined || type === undefined) return;
  listener.ids.push(Number(id));
  listener.types.push(type);
}

function emit(ctx: Ctx, count = 1): Promise<void> {
  return withTransaction(ctx, async (tx) => {
    for (let one = 0; one < count; one += 1) {
      await emitLiveEvent(tx, tx.actor.id, {
        type: "balance",
        payload: { available: "0.00", held: "0.00" },
      });
    }
  });
}

function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The second of two processes: its own modules, its own hub, its own connections. */
async function anotherProcess() {
  vi.resetModules();
  const realtime: Realtime = await import("./open-event-stream");
  const { closeLiveHub } = await import("./live-hub");
  const { closeDb } = await import("@/lib/db");
  return {
    realtime,
    async close() {
      await closeLiveHub();
      await closeDb();
    },
  };
}

describe("a stream", () => {
  test("begins at now without an id, and after the id with one", async () => {
    const { ctx } = await shop.customer();
    await emit(ctx, 5);
    const fresh = await listen(ctx.actor.id);
    const returning = await listen(ctx.actor.id, { lastEventId: 2n });
    await emit(ctx);
    await eventually(() => expect(fresh.ids).toEqual([6]));
    await eventually(() => expect(returning.ids).toEqual([3, 4, 5, 6]));
    await Promise.all([fresh.stop(), returning.stop()]);
  });

  test("replays more than one read of the log holds, in order, to a browser that reads", async () => {
    const { ctx } = await shop.customer();
    await outsider.query(
      `INSERT INTO live_events (customer_id, id, type, payload, created_at)
       SELECT $1, n, 'balance', '{}', now() FROM generate_series(1, 1234) AS n`,
      [ctx.actor.id],
    );
    await outsider.query("UPDATE users SET event_seq = 1234 WHERE id = $1", [ctx.actor.id]);
    const listener = await listen(ctx.actor.id, { lastEventId: 0n });
    await eventually(() => expect(listener.ids).toEqual(upTo(1234)));
    await listener.stop();
  });

  test("hears nothing of another customer", async () => {
    const [mine, theirs] = [await shop.customer(), await shop.customer()];
    const listener = await listen(mine.ctx.actor.id, { lastEventId: 0n });
    await emit(theirs.ctx, 3);
    await emit(mine.ctx);
    await eventually(() => expect(listener.ids).toEqual([1]));
    await listener.stop();
  });
});

describe("while payments settle at the same time", () => {
  test("readers in two processes who come and go miss nothing and see nothing twice", async () => {
    const { user, ctx } = await shop.customer();
    const second = await anotherProcess();
    const steady = [
      await listen(user.id, { lastEventId: 0n }),
      await listen(user.id, { lastEventId: 0n, realtime: second.realtime }),
    ];
    const settling = (async () => {
      for (let round = 0; round < 6; round += 1) await settleFour(ctx);
    })();
    const restless = await readInPieces(user.id, second.realtime, settling);

    const { rows } = await outsider.query<{ id: string }>(
      "SELECT id FROM live_events WHERE customer_id = $1 ORDER BY id",
      [user.id],
    );
    const written = rows.map((row) => Number(row.id));
    expect(written).toEqual(upTo(written.length));
    for (const listener of steady) await eventually(() => expect(listener.ids).toEqual(written));
    expect(restless).toEqual(written);
    for (const { types } of steady) {
      expect(types.filter((type) => type === "deposit_confirmed")).toHaveLength(24);
    }
    await Promise.all(steady.map((listener) => listener.stop()));
    await second.close();
  }, 60_000);

  test("a transaction that commits late is not overtaken by a later number", async () => {
    const { ctx } = await shop.customer();
    const listener = await listen(ctx.actor.id, { lastEventId: 0n });
    const { promise: held, resolve: commit } = Promise.withResolvers<void>();
    const { promise: numbered, resolve: number } = Promise.withResolvers<void>();
    const slow = withTransaction(ctx, async (tx) => {
      await emitLiveEvent(tx, ctx.actor.id, {
        type: "balance",
        payload: { available: "1.00", held: "0.00" },
      });
      number();
      await held;
    });
    await numbered;
    const fast = emit(ctx);
    await eventually(async () => {
      const { rows } = await outsider.query("SELECT FROM pg_locks WHERE NOT granted");
      expect(rows.length).toBeGreaterThan(0);
    });
    expect(listener.ids).toEqual([]);
    commit();
    await Promise.all([slow, fast]);
    await eventually(() => expect(listener.ids).toEqual([1, 2]));
    await listener.stop();
  });
});

test("a browser that comes back while the log is being read for another still gets all it missed", async () => {
  const { ctx } = await shop.customer();
  const first = await listen(ctx.actor.id, { lastEventId: 0n });
  await emit(ctx, 10);
  await eventually(() => expect(first.ids).toEqual(upTo(10)));

  // The read for the first browser is held up, and an eleventh event is there when it goes on.
  await outsider.query("BEGIN");
  await outsider.query("LOCK TABLE live_events IN ACCESS EXCLUSIVE MODE");
  await db().$executeRaw`SELECT pg_notify('live_events', ${ctx.actor.id})`;
  await eventually(async () => {
    const { rows } = await outsider.query("SELECT FROM pg_locks WHERE NOT granted");
    expect(rows.length).toBeGreaterThan(0);
  });
  await outsider.query(
    `INSERT INTO live_events (customer_id, id, type, payload, created_at)
     VALUES ($1, 11, 'balance', '{}', now())`,
    [ctx.actor.id],
  );
  const second = await listen(ctx.actor.id, { lastEventId: 2n });
  await outsider.query("COMMIT");
  await eventually(() => expect(first.ids).toEqual(upTo(11)));
  await eventually(() => expect(second.ids).toEqual(upTo(11, 3)));
  await Promise.all([first.stop(), second.stop()]);
});

describe("a listener that loses Postgres", () => {
  test("comes back by itself and tells what happened in between", async () => {
    const { ctx } = await shop.customer();
    const listener = await listen(ctx.actor.id, { lastEventId: 0n });
    await emit(ctx);
    await eventually(() => expect(listener.ids).toEqual([1]));
    for (let round = 0; round < 2; round += 1) {
      const { rowCount } = await outsider.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'malipo-live' AND datname = current_database()`,
      );
      expect(rowCount).toBeGreaterThan(0);
      await emit(ctx, 3);
      const told = 1 + 3 * (round + 1);
      await eventually(() => expect(listener.ids).toEqual(upTo(told)));
    }
    await emit(ctx);
    await eventually(() => expect(listener.ids).toEqual(upTo(8)));
    await listener.stop();
  });
});

/** Four vouchers bought and told of at the same moment. */
async function settleFour(ctx: Ctx): Promise<void> {
  const before = await paidDeposits(ctx);
  const purchases = await Promise.all(upTo(4).map(() => shop.purchase(ctx, "100")));
  for (const { sessionId, callbackUrl } of purchases)
    await shop.sandbox.control.createVoucher({ amountCents: 10_000n, sessionId, callbackUrl });
  await eventually(async () => expect(await paidDeposits(ctx)).toBe(before + 4));
}

function paidDeposits(ctx: Ctx): Promise<number> {
  return db().deposit.count({ where: { customerId: ctx.actor.id, state: "paid" } });
}

/** A browser that reconnects all the time, now to one process and now to the other, with its last id. */
async function readInPieces(
  customerId: string,
  other: Realtime,
  until: Promise<void>,
): Promise<number[]> {
  const collected: number[] = [];
  let settled = false;
  void until.then(() => (settled = true));
  for (let turn = 0; ; turn += 1) {
    const last = settled;
    const realtime = turn % 2 === 0 ? other : undefined;
    const lastEventId = BigInt(collected.at(-1) ?? 0);
    const listener = await listen(customerId, { lastEventId, realtime });
    const newest = await newestId(customerId);
    await eventually(() =>
      expect(listener.ids.at(-1) ?? Number(lastEventId)).toBeGreaterThanOrEqual(newest),
    );
    await listener.stop();
    collected.push(...listener.ids);
    if (last) return collected;
  }
}

async function newestId(customerId: string): Promise<number> {
  const { rows } = await outsider.query<{ event_seq: string }>(
    "SELECT event_seq FROM users WHERE id = $1",
    [customerId],
  );
  return Number(rows[0]?.event_seq);
}
