import { afterAll, beforeEach, expect, test } from "vitest";
import { endAllSessions } from "@/lib/auth/end-all-sessions";
import { makeCtx, withTransaction, type Ctx } from "@/lib/context";
import { closeDb } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { metrics } from "@/lib/metrics";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { closeLiveHub } from "@/lib/realtime/live-hub";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createStaff } from "@/prisma/factories/create-staff";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import { eventually } from "@/test/eventually";
import { eventsDoor } from "./events-door";

let user: User;
let ctx: Ctx;

beforeEach(async () => {
  user = await createCustomer();
  ctx = makeCtx(user.merchantId, { kind: "customer", id: user.id });
});
afterAll(async () => {
  await closeLiveHub();
  await closeDb();
});

function tell(depositId: string): Promise<unknown> {
  return withTransaction(ctx, (tx) =>
    emitLiveEvent(tx, user.id, { type: "deposit_changed", payload: { deposit_id: depositId } }),
  );
}

/** Opens a stream as a browser does; `heard` grows as bytes arrive. */
async function listen(person: User, headers: Record<string, string> = {}, query = "") {
  const stop = new AbortController();
  const request = new Request(`http://localhost:3000/api/events${query}`, {
    headers: { cookie: await sessionCookie(person), ...headers },
    signal: stop.signal,
  });
  const answer = await eventsDoor(request);
  const stream = { answer, heard: "", over: false, hangUp: () => stop.abort() };
  if (answer.status === 200) {
    void (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of answer.body ?? []) stream.heard += decoder.decode(chunk);
      stream.over = true;
    })();
  }
  return stream;
}

test("a customer hears what is new, in a form no proxy holds back", async () => {
  const stream = await listen(user);
  expect(stream.answer.headers.get("content-type")).toContain("text/event-stream");
  expect(stream.answer.headers.get("cache-control")).toContain("no-transform");
  await eventually(() => expect(stream.heard).toContain("listening"));
  await tell("dep_new");
  await eventually(() => expect(stream.heard).toContain('"deposit_id":"dep_new"'));
  stream.hangUp();
  await eventually(() => expect(stream.over).toBe(true));
});

test.each([
  ["the Last-Event-ID header", { "last-event-id": "1" }, ""],
  ["the last_event_id parameter", {}, "?last_event_id=1"],
])("what was missed is replayed from %s, once and in order", async (_, headers, query) => {
  for (const id of ["dep_seen", "dep_b", "dep_c"]) await tell(id);
  const stream = await listen(user, headers, query);
  await eventually(() => expect(stream.heard).toContain("dep_c"));
  expect(stream.heard).not.toContain("dep_seen");
  expect(stream.heard.match(/^id: \d+$/gm)).toEqual(["id: 2", "id: 3"]);
  stream.hangUp();
});

test("an event id that is no number of ours starts at now", async () => {
  await tell("dep_old");
  const stream = await listen(user, { "last-event-id": "0x1; DROP" });
  await eventually(() => expect(stream.heard).toContain("listening"));
  expect(stream.heard).not.toContain("dep_old");
  stream.hangUp();
});

test("nobody hears another customer's events", async () => {
  const other = await createCustomer({ merchantId: user.merchantId });
  const stream = await listen(other);
  await eventually(() => expect(stream.heard).toContain("listening"));
  await tell("dep_private");
  const own = await listen(user, { "last-event-id": "0" });
  await eventually(() => expect(own.heard).toContain("dep_private"));
  expect(stream.heard).not.toContain("dep_private");
  stream.hangUp();
  own.hangUp();
});

test("without a live session there is no stream", async () => {
  expect((await eventsDoor(new Request("http://localhost:3000/api/events"))).status).toBe(401);
  const staff = await createStaff({ merchantId: user.merchantId });
  expect((await listen(staff)).answer.status).toBe(403);
  const cookie = await sessionCookie(user);
  await endAllSessions(ctx);
  const dead = new Request("http://localhost:3000/api/events", { headers: { cookie } });
  expect((await eventsDoor(dead)).status).toBe(401);
});

test("six streams a customer, and a place is free again once one ends", async () => {
  const open = await Promise.all(Array.from({ length: 6 }, () => listen(user)));
  expect(open.map((stream) => stream.answer.status)).toEqual(Array(6).fill(200));
  const seventh = await listen(user);
  expect(seventh.answer.status).toBe(429);
  expect(seventh.answer.headers.get("retry-after")).toBe("30");
  const other = await listen(await createCustomer({ merchantId: user.merchantId }));
  expect(other.answer.status).toBe(200);

  open[0]?.hangUp();
  await eventually(async () => {
    const again = await listen(user);
    expect(again.answer.status).toBe(200);
    open.push(again);
  });
  for (const stream of [...open, other]) stream.hangUp();
});

test("the number of open streams comes back to where it was", async () => {
  const openNow = async () => (await metrics.sseConnections.get()).values[0]?.value ?? 0;
  await eventually(async () => expect(await openNow()).toBe(0));
  const stream = await listen(user);
  expect(await openNow()).toBe(1);
  stream.hangUp();
  await eventually(async () => expect(await openNow()).toBe(0));
});
