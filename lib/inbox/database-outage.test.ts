import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/db";
import { HOUR_MS } from "@/lib/kit/time";
import { eventually } from "@/test/eventually";
import { openShop, type Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { openTcpProxy, type TcpProxy } from "@/test/tcp-proxy";
import { sweepMessages } from "./sweep-messages";

const RETRY_MS = 300;

let shop: Shop;
let database: TcpProxy;

beforeAll(async () => {
  database = await openTcpProxy(process.env.DATABASE_URL ?? "");
  process.env.DATABASE_URL = database.url;
  shop = await openShop({ settings: { callbackRetryDelaysMs: Array(20).fill(RETRY_MS) } });
});
afterAll(async () => {
  database.restore();
  await shop.close();
  await database.close();
});

test("with the database away a callback is answered 503, and the provider's next try is credited", async () => {
  const { user, ctx } = await shop.customer();
  const { depositId, sessionId, callbackUrl } = await shop.purchase(ctx);
  database.cut();
  const { payment } = await shop.sandbox.control.createVoucher({
    amountCents: 50_000n,
    sessionId,
    callbackUrl,
  });
  const refused = await eventually(async () => {
    const [record] = await shop.sandbox.control.callbacks({ paymentId: payment?.id });
    expect(record?.attempts.length).toBeGreaterThan(1);
    return record?.attempts ?? [];
  });
  expect(new Set(refused.map((attempt) => attempt.status))).toEqual(new Set([503]));

  database.restore();
  await eventually(async () => {
    const deposit = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
    expect(deposit.state).toBe("paid");
  });
  expect(await shop.availableCents(user)).toBe(50_000n);
  expect(await db().message.count({ where: { kind: "purchase" } })).toBe(1);
  await expectInvariants();
});

test("a 503 says when to come again, and what was refused left nothing behind", async () => {
  const url = `${shop.appUrl}/api/pesavoucher/callback`;
  const send = () =>
    fetch(url, {
      method: "POST",
      headers: { "x-callback-source": "Pesavoucher" },
      body: JSON.stringify({ success: false, session_id: "outage" }),
    });
  database.cut();
  const answers = await Promise.all([send(), send(), send()]);
  for (const answer of answers) {
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await answer.json()).toEqual({ received: false });
  }
  database.restore();
  await eventually(async () => expect((await send()).status).toBe(200));
  const kept = await db().message.findMany({ where: { outcome: "unmatched" } });
  expect(kept).toHaveLength(1);
});

test("a database that goes away while callbacks are worked loses none of them", async () => {
  const customers = await Promise.all(Array.from({ length: 8 }, () => shop.customer()));
  const purchases = await Promise.all(
    customers.map(async (customer) => ({ ...customer, ...(await shop.purchase(customer.ctx)) })),
  );
  const bought = purchases.map(({ sessionId, callbackUrl }) =>
    shop.sandbox.control.createVoucher({ amountCents: 20_000n, sessionId, callbackUrl }),
  );
  await Promise.all(bought);
  await eventually(async () => expect(await db().message.count()).toBeGreaterThan(2));
  database.cut();
  await new Promise((resolve) => setImmediate(resolve));
  database.restore();
  // What a worker does once the leases of whoever lost the database are over.
  let later = 0;
  await eventually(
    async () => {
      later += HOUR_MS;
      await sweepMessages({ now: () => new Date(Date.now() + later), limit: 100 });
      for (const { user } of purchases) expect(await shop.availableCents(user)).toBe(20_000n);
    },
    { timeoutMs: 15_000 },
  );
  await expectInvariants();
}, 30_000);
