import { randomUUID } from "node:crypto";
import { encrypt, keyedHash } from "@/lib/crypto";
import { db, pgPool } from "@/lib/db";
import { env } from "@/lib/env";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { newId, newPublicCode } from "@/lib/kit/ids";
import { maskPhone } from "@/lib/kit/phone";
import { addMs, HOUR_MS, MINUTE_MS } from "@/lib/kit/time";
import { openProviderAccount } from "@/lib/merchants/open-provider-account";
import { providers } from "@/lib/providers/registry";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import { shown } from "../lib/numbers";
import type { Bench } from "../lib/open-bench";
import { table, type Section } from "../lib/report";
import { makeCustomers } from "../lib/sign-in";
import { waitUntil } from "../lib/wait-until";

const OPEN = 20_000;
const OUTAGE_MS = 40 * HOUR_MS;
/** The pace of the look-ups, for an operator whose agreement with Safaricom allows it. */
const CALLS_PER_SECOND = 100;
const AT_ONCE = 24;
const CUSTOMERS = 1_000;
/** Endings of numbers that the sandbox answers by itself: most pay, some decline. */
const ENDINGS = ["00", "00", "00", "00", "01"] as const;

interface OpenPush {
  readonly phone: string;
  readonly checkoutRequestId: string;
  readonly declines: boolean;
}

/**
 * All of it was down for 40 hours while prompts were answered and their callbacks came to nobody: how long
 * one worker needs until every deposit is settled, and how many calls that takes. The prompts are real
 * ones of the sandbox; the rows are written as they stood when the lights went out.
 */
export async function benchLongOutage(bench: Bench): Promise<Section> {
  const count = bench.short ? 400 : OPEN;
  const merchant = await db().merchant.findUniqueOrThrow({ where: { slug: "demo" } });
  const customers = await makeCustomers(merchant.id, CUSTOMERS);
  const customerIds = customers.map(({ id }) => id);
  const before = await callsMade();
  const takenBefore = await takenCents(bench);
  await bench.sandbox.scriptCallbacks({ kind: "stk", script: { drop: true } });
  const pushes = await pushAll(count);
  await waitUntil(
    async () => (await bench.sandbox.listPushes({ state: "open", limit: 1 })).length === 0,
    {
      timeoutMs: 120_000,
    },
  );
  await writeRows(pushes, { merchantId: merchant.id, customerIds });
  await pgPool().query("ANALYZE deposits, stk_pushes");

  const startedAt = performance.now();
  const worker = bench.startWorker({ MPESA_CALLS_PER_SECOND: String(CALLS_PER_SECOND) });
  await waitUntil(async () => (await openLeft(customerIds)) === 0, { timeoutMs: 40 * MINUTE_MS });
  const minutes = (performance.now() - startedAt) / MINUTE_MS;
  await worker.stop();
  await bench.sandbox.clearCallbackScripts();
  const calls = (await callsMade()) - before;
  await proveBooks(bench, pushes, { customerIds, takenBefore });
  return describe({ count, minutes, calls });
}

/** Prompts straight from the client: what the shop did before the outage is not what is measured. */
async function pushAll(count: number): Promise<OpenPush[]> {
  const row = await db().providerAccount.findFirstOrThrow({ where: { isDefault: true } });
  const account = openProviderAccount(row);
  const provider = providers.prompt();
  const token = await provider.requestToken(account.app.keys);
  if (token.kind !== "accepted") throw new Error("the sandbox gave no token");
  const access = { account, accessToken: token.accessToken };
  const pushes: OpenPush[] = [];
  await forEachAtOnce([...Array(count).keys()], AT_ONCE, async (i) => {
    const ending = ENDINGS[i % ENDINGS.length] ?? "00";
    const phone = `+2547${String(i).padStart(6, "0")}${ending}`;
    const answer = await provider.prompt(access, {
      phone,
      amountCents: 10_000n,
      reference: newPublicCode(),
      description: "Deposit",
      callbackUrl: `${env().appUrl}/callbacks/daraja/${randomUUID()}/stk/${newId("deposit")}`,
    });
    if (answer.kind !== "accepted") throw new Error(`the sandbox did not take prompt ${i}`);
    const { checkoutRequestId } = answer;
    pushes.push({ phone, checkoutRequestId, declines: ending === "01" });
  });
  return pushes;
}

/** The deposits as the outage found them: sent, never heard of again, and long due. */
async function writeRows(
  pushes: readonly OpenPush[],
  owner: { merchantId: string; customerIds: readonly string[] },
): Promise<void> {
  const { id: accountId } = await db().providerAccount.findFirstOrThrow({
    where: { isDefault: true },
    select: { id: true },
  });
  const sentAt = addMs(new Date(), -OUTAGE_MS);
  const { merchantId, customerIds } = owner;
  const rows = pushes.map((push, i) => ({
    ...push,
    id: newId("deposit", sentAt.getTime()),
    customerId: customerIds[i % customerIds.length] ?? "",
  }));
  await db().deposit.createMany({
    data: rows.map(({ id, customerId }) => ({
      id,
      merchantId,
      customerId,
      method: "mpesa" as const,
      origin: "checkout" as const,
      state: "submitted" as const,
      askedCents: 10_000n,
      attemptKey: id,
      publicCode: newPublicCode(),
      nextCheckAt: addMs(sentAt, 25_000),
      deadlineAt: addMs(sentAt, 48 * HOUR_MS),
      createdAt: sentAt,
      submittedAt: sentAt,
    })),
  });
  await db().stkPush.createMany({
    data: rows.map(({ id, phone, checkoutRequestId }) => ({
      depositId: id,
      merchantId,
      accountId,
      phoneHash: keyedHash("phone", phone),
      phoneCipher: encrypt(Buffer.from(phone)),
      phoneMasked: maskPhone(phone),
      pushedAt: sentAt,
      checkoutRequestId,
    })),
  });
}

async function openLeft(customerIds: string[]): Promise<number> {
  return db().deposit.count({
    where: {
      customerId: { in: customerIds },
      state: { in: ["pending", "submitted", "needs_review"] },
    },
  });
}

function callsMade(): Promise<number> {
  return db().providerCall.count({ where: { provider: "mpesa" } });
}

async function takenCents(bench: Bench): Promise<bigint> {
  const { shortcodes } = await bench.sandbox.mpesaLedger({ limit: 1 });
  return shortcodes.reduce((sum, { receivedCents }) => sum + receivedCents, 0n);
}

async function proveBooks(
  bench: Bench,
  pushes: readonly OpenPush[],
  found: { customerIds: string[]; takenBefore: bigint },
): Promise<void> {
  const customerId = { in: found.customerIds };
  const of = (state: "paid" | "failed") => db().deposit.count({ where: { customerId, state } });
  const [paid, failed] = [await of("paid"), await of("failed")];
  const declined = pushes.filter(({ declines }) => declines).length;
  if (failed !== declined || paid !== pushes.length - declined) {
    throw new Error(
      `${paid} paid and ${failed} not, of ${pushes.length} with ${declined} declined`,
    );
  }
  const taken = (await takenCents(bench)) - found.takenBefore;
  if (taken !== 10_000n * BigInt(paid)) throw new Error(`M-Pesa took ${taken} cents for ${paid}`);
  const broken = (await runInvariantChecks({ now: () => new Date() })).filter((it) => !it.holds);
  if (broken.length > 0) throw new Error(`broken: ${broken.map(({ name }) => name).join(", ")}`);
}

function describe(found: { count: number; minutes: number; calls: number }): Section {
  const perSecond = found.calls / (found.minutes * 60);
  return {
    title: "After an outage of 40 hours",
    text: [
      `${shown(found.count)} open M-Pesa deposits, four in five paid and one declined, no callback received; one worker, ` +
        `at most ${CALLS_PER_SECOND} look-ups a second. A paid one needs one answer, a declined one two that are apart from ` +
        "each other, and a fifth of the answers is the sandbox's hiccup, after which it is asked " +
        "again.",
      table(
        ["deposits", "minutes until all are settled", "provider calls", "calls a second"],
        [[shown(found.count), shown(found.minutes), shown(found.calls), shown(perSecond)]],
      ),
      "Checked afterwards: as many are paid as the simulated M-Pesa took money for, to the cent, and all invariants.",
    ].join("\n\n"),
    aims: [],
  };
}
