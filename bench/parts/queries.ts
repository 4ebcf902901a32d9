import { randomUUID } from "node:crypto";
import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { createVoucherDeposit, sessionIdOf } from "@/lib/payments/create-voucher-deposit";
import { requestMpesaDeposit } from "@/lib/payments/request-mpesa-deposit";
import { countStatements } from "../lib/count-statements";
import type { Bench } from "../lib/open-bench";
import { table, type Section } from "../lib/report";
import { cookieOf, makeCustomers } from "../lib/sign-in";
import { waitUntil } from "../lib/wait-until";

const IN_TRANSACTION_ONLY = /^(BEGIN|COMMIT|ROLLBACK)/;

/**
 * How many SQL statements a request costs, counted on the wire between the built app and Postgres. Each
 * is asked once before it is counted. The number is exact and the same on every machine.
 */
export async function benchQueries(bench: Bench): Promise<Section> {
  const counter = await countStatements(bench.databaseUrl);
  const app = await bench.startApp({ env: { DATABASE_URL: counter.url } });
  const { id: merchantId } = await db().merchant.findUniqueOrThrow({ where: { slug: "demo" } });
  const [user] = await makeCustomers(merchantId, 1);
  if (!user) throw new Error("no customer was made");
  const cookie = await cookieOf(user);
  const ctx = makeCtx(user.merchantId, { kind: "customer", id: user.id });
  await bench.sandbox.changeSettings({ redemptionCallbacks: false });

  const post = async (sessionId: string, code: string) => {
    const answer = await fetch(`${app.url}/api/pesavoucher/callback`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-callback-source": "Pesavoucher" },
      body: JSON.stringify({ success: true, session_id: sessionId, voucher_code: code }),
    });
    if (answer.status !== 200) throw new Error(`the callback was answered ${answer.status}`);
  };
  const page = async (path: string) => {
    const answer = await fetch(app.url + path, { headers: { cookie }, redirect: "manual" });
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
    await answer.text();
  };
  const purchase = async () => {
    const input = { amount: "500", attemptKey: randomUUID() };
    const { depositId } = await createVoucherDeposit(ctx, input);
    const sessionId = sessionIdOf(depositId);
    const { voucher } = await bench.sandbox.createVoucher({ amountCents: 50_000n, sessionId });
    await post(sessionId, voucher.code);
    await waitUntil(() => isWorked(depositId), { timeoutMs: 10_000 });
  };
  let phones = 0;
  const nextPhone = () => `+2547990${String((phones += 1)).padStart(3, "0")}77`;
  const prompt = async () => {
    const phone = nextPhone();
    const input = { phone, amount: "500", attemptKey: randomUUID() };
    const { depositId } = await requestMpesaDeposit(ctx, input);
    counter.take();
    await bench.sandbox.enterPin(phone);
    await waitUntil(() => isWorked(depositId), { timeoutMs: 10_000 });
  };
  const initiate = async () => {
    const answer = await fetch(`${app.url}/api/deposit/initiate-mpesa`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json", "sec-fetch-site": "same-origin" },
      body: JSON.stringify({ phone: nextPhone(), amount: "500" }),
    });
    if (answer.status !== 201) throw new Error(`the prompt was answered ${answer.status}`);
  };
  const requests: Readonly<Record<string, () => Promise<void>>> = {
    "callback of a stranger, stored and closed": () => post(randomUUID(), "MLP-ABCDEFGHJK23"),
    "callback stored, redeemed and credited": purchase,
    "POST /api/deposit/initiate-mpesa, prompt sent": initiate,
    "M-Pesa callback stored and credited": prompt,
    "GET /api/balance": () => page("/api/balance"),
    "GET /api/payments": () => page("/api/payments"),
    "GET /deposit": () => page("/deposit"),
    "GET /deposit?method=mpesa": () => page("/deposit?method=mpesa"),
  };

  const rows: string[][] = [];
  for (const [name, request] of Object.entries(requests)) {
    await request();
    counter.take();
    await request();
    const statements = counter.take();
    const brackets = statements.filter((text) => IN_TRANSACTION_ONLY.test(text.trim())).length;
    rows.push([name, String(statements.length - brackets), String(brackets)]);
  }
  await bench.sandbox.changeSettings({ redemptionCallbacks: true });
  // A prompt that is left open calls back into the next part.
  await waitUntil(() => nonePrompted(bench), { timeoutMs: 30_000 });
  await app.stop();
  await counter.close();
  return {
    title: "SQL statements per request",
    text: [
      "Counted on the wire between the built app and Postgres, session look-up included. Opening the purchase is not " +
        "counted, nor is sending the prompt; working a callback is, from the INSERT to the noted outcome.",
      table(["", "statements", "BEGIN and COMMIT"], rows),
    ].join("\n\n"),
    aims: [],
  };
}

/** Declines what is still on a phone; true once every prompt has ended and been heard of. */
async function nonePrompted(bench: Bench): Promise<boolean> {
  for (const { msisdn } of await bench.sandbox.listPushes({ state: "open" })) {
    await bench.sandbox.answerPrompt(msisdn, "decline");
  }
  const open = await db().deposit.count({
    where: { method: "mpesa", state: { in: ["pending", "submitted"] } },
  });
  return open === 0;
}

/** The message about this deposit has its outcome, so nothing more will be asked. */
async function isWorked(depositId: string): Promise<boolean> {
  const worked = { subjectId: depositId, workedAt: { not: null } };
  return (await db().message.count({ where: worked })) > 0;
}
