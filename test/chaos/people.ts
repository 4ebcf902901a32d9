import { randomInt, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { cookieOf, makeCustomers } from "@/bench/lib/sign-in";
import { db } from "@/lib/db";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";
import { newReceipt, type Truth } from "./truth";

const AMOUNT_CENTS = 10_000n;
const ATONCE = 6;
const THINK_MS = 250;
const RETRY_MS = 150;
const CALL_TIMEOUT_MS = 5_000;
const CUSTOMERS = 300;
/** While M-Pesa is away nobody is prompted; those who were before go on paying. */
const PROMPTED_BEFORE = 600;

interface Shop {
  readonly url: string;
}

/** Who pays, and what M-Pesa knows of the shop's address. */
export interface People {
  readonly cookies: readonly string[];
  readonly secret: string;
  /** Deposits that wait for a PIN already. */
  readonly prompted: string[];
}

/** Makes the customers and prompts many of them, while everything is still well. */
export async function makePeople(shop: Shop, merchantId: string): Promise<People> {
  const customers = await makeCustomers(merchantId, CUSTOMERS);
  const cookies = await Promise.all(customers.map(cookieOf));
  const prompted: string[] = [];
  const lines = Array.from({ length: PROMPTED_BEFORE }, (_, i) => i);
  await forEachAtOnce(lines, ATONCE, async (i) => {
    const depositId = await deposit(shop, cookies[i % CUSTOMERS] ?? "", i);
    if (depositId !== null) prompted.push(depositId);
  });
  return { cookies, secret: await secretOf(merchantId), prompted };
}

/**
 * People who pay without a pause until `endsAt`, and M-Pesa beside them: it tells each payment until the
 * shop says that it has it, at times twice, while strangers tell of payments nobody made.
 */
export async function letPeoplePay(
  shop: Shop,
  { cookies, secret, prompted }: People,
  truth: Truth,
  endsAt: number,
): Promise<void> {
  const line = async (start: number) => {
    for (let i = start; performance.now() < endsAt; i += ATONCE) {
      const cookie = cookies[i % cookies.length] ?? "";
      const isNew = randomInt(4) === 0 || prompted.length === 0;
      const depositId = isNew
        ? await deposit(shop, cookie, PROMPTED_BEFORE + i)
        : (prompted.pop() ?? null);
      if (depositId === null) await pause(RETRY_MS);
      else await finish({ shop, truth, secret, depositId });
      await pause(THINK_MS);
    }
  };
  await Promise.all(Array.from({ length: ATONCE }, (_, start) => line(start)));
}

async function secretOf(merchantId: string): Promise<string> {
  const account = await db().providerAccount.findFirstOrThrow({
    where: { merchantId, isDefault: true },
  });
  return callbackSecretOf(account);
}

/** The id of a deposit whose prompt went out, or null when the shop or M-Pesa was not there. */
async function deposit(shop: Shop, cookie: string, i: number): Promise<string | null> {
  const phone = `07${String(10_000 + Math.floor(i / 60)).padStart(6, "0")}${30 + (i % 60)}`;
  const answer = await ask(`${shop.url}/api/deposit/initiate-mpesa`, {
    headers: { cookie, "sec-fetch-site": "same-origin" },
    body: { phone, amount: "100", attempt: randomUUID() },
  });
  if (answer?.status !== 201) return null;
  const told = (await answer.json()) as { payment: { id: string; status: string } };
  return told.payment.status === "waiting" ? told.payment.id : null;
}

interface Open {
  readonly shop: Shop;
  readonly truth: Truth;
  readonly secret: string;
  readonly depositId: string;
}

async function finish(open: Open): Promise<void> {
  const { truth, depositId } = open;
  if (randomInt(5) === 0) {
    truth.unpaid.push(depositId);
    const forged = await tell(open, `${"x".repeat(20)}${randomInt(1_000)}`, newReceipt());
    if (forged?.ok) truth.answers.forged += 1;
    return;
  }
  const receipt = newReceipt();
  for (;;) {
    const answer = await tell(open, open.secret, receipt);
    if (answer?.status === 200) break;
    truth.answers[answer ? "refused" : "unreachable"] += 1;
    await pause(RETRY_MS);
  }
  truth.told.push({ depositId, receipt, amountCents: AMOUNT_CENTS });
  truth.answers.acknowledged += 1;
  if (randomInt(3) > 0) return;
  const again = await tell(open, open.secret, receipt);
  if (again?.ok) truth.answers.repeated += 1;
}

async function tell(open: Open, secret: string, receipt: string): Promise<Response | null> {
  const checkoutRequestId = await checkoutRequestIdOf(open.depositId);
  const item = (Name: string, Value: string | number) => ({ Name, Value });
  return ask(`${open.shop.url}/callbacks/daraja/${secret}/stk/${open.depositId}`, {
    headers: {},
    body: {
      Body: {
        stkCallback: {
          MerchantRequestID: open.depositId.slice(4, 24),
          CheckoutRequestID: checkoutRequestId ?? `ws_CO_${open.depositId.slice(4)}`,
          ResultCode: 0,
          ResultDesc: "The service request is processed successfully.",
          CallbackMetadata: {
            Item: [item("Amount", Number(AMOUNT_CENTS) / 100), item("MpesaReceiptNumber", receipt)],
          },
        },
      },
    },
  });
}

/** What the push was answered with; null when that answer was lost. Asked until the database is there. */
async function checkoutRequestIdOf(depositId: string): Promise<string | null> {
  for (;;) {
    try {
      const push = await db().stkPush.findUniqueOrThrow({ where: { depositId } });
      return push.checkoutRequestId;
    } catch {
      await pause(RETRY_MS);
    }
  }
}

/** Null when nobody answered. */
async function ask(
  url: string,
  request: { headers: Record<string, string>; body: object },
): Promise<Response | null> {
  try {
    return await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...request.headers },
      body: JSON.stringify(request.body),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
  } catch {
    return null;
  }
}
