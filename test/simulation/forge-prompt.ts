import { expect } from "vitest";
import { db } from "@/lib/db";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";
import type { ForgeStkInput } from "@/sandbox/control/mpesa-control";
import type { Push } from "@/sandbox/daraja/push";
import type { Life, PromptedDeposit } from "./life";
import type { PROMPT_FORGERIES } from "./prompt-steps";

type Forgery = (typeof PROMPT_FORGERIES)[number];

/**
 * Sends a callback that M-Pesa never meant, and expects it to be answered like a real one. Whoever knows
 * a merchant's secret is M-Pesa as far as anybody can tell, so no forgery with the secret says that a
 * prompt was paid with everything right: it has the wrong amount, id, shortcode or receipt.
 */
export async function forgePromptMessage(
  life: Life,
  forgery: Forgery,
  prompted: PromptedDeposit,
): Promise<void> {
  const push = await life.pushOf(prompted.depositId);
  if (!push) return;
  if (forgery === "half a body") {
    const body = `{"Body":{"stkCallback":{"CheckoutRequestID":"${push.checkoutRequestId}","Resu`;
    const { attempts } = await life.control.forgeCallback({ url: push.callbackUrl, body });
    expect(attempts.map(({ status }) => status)).toEqual([200]);
    return;
  }
  const forged = await describe(life, forgery, push);
  if (!forged) return;
  const { attempts } = await life.control.sendForgedStk({ ...factsOf(push), ...forged });
  expect(attempts.map(({ status }) => status)).toEqual([200]);
}

/** What a genuine success would say. */
function factsOf(push: Push): ForgeStkInput {
  return {
    url: push.callbackUrl,
    checkoutRequestId: push.checkoutRequestId,
    merchantRequestId: push.merchantRequestId,
    amountCents: push.amountCents,
    msisdn: push.msisdn,
    shortcodeHeader: push.shortcode,
  };
}

/** What the forgery says otherwise; null when there is nothing to forge it from. */
async function describe(
  life: Life,
  forgery: Exclude<Forgery, "half a body">,
  push: Push,
): Promise<Partial<ForgeStkInput> | null> {
  const alias = `${life.shop.appUrl}/v1/webhooks/mpesa`;
  const { callbackUrl, amountCents } = push;
  switch (forgery) {
    case "wrong secret":
      return { url: withSecret(callbackUrl, crypto.randomUUID()) };
    case "secret of another merchant":
      return { url: withSecret(callbackUrl, await secretOfAnother(callbackUrl)) };
    case "wrong amount":
      return { amountCents: amountCents + 100n };
    case "a no":
      return { resultCode: 1032 };
    case "unknown prompt":
      // While ours has no id yet, the first one told with the secret would be taken for it.
      return (await isIdKnown(push)) ? { checkoutRequestId: "ws_CO_nobody_knows" } : null;
    case "prompt of another deposit":
      return promptOfAnother(life, push);
    case "unknown deposit":
      return { url: callbackUrl.replace(/[^/]+$/, "dep_nobody_knows") };
    case "another shortcode":
      return { shortcodeHeader: "600000" };
    case "receipt of another payment":
      return receiptOfAnother(life, push);
    case "alias with success":
      return { url: alias };
    case "alias of nobody":
      return { url: alias, checkoutRequestId: "ws_CO_nobody_knows" };
  }
}

function withSecret(url: string, secret: string): string {
  return url.replace(/\/daraja\/[^/]+\//, `/daraja/${secret}/`);
}

async function secretOfAnother(url: string): Promise<string> {
  const accounts = await db().providerAccount.findMany({ orderBy: { id: "desc" } });
  const secrets = accounts.map(callbackSecretOf);
  return secrets.find((secret) => !url.includes(secret)) ?? crypto.randomUUID();
}

async function isIdKnown({ checkoutRequestId }: Push): Promise<boolean> {
  return (await db().stkPush.count({ where: { checkoutRequestId } })) === 1;
}

async function promptOfAnother(life: Life, push: Push): Promise<Partial<ForgeStkInput> | null> {
  const { checkoutRequestId } = push;
  const others = await life.control.listPushes();
  for (const other of others)
    if (other.checkoutRequestId !== checkoutRequestId && (await isIdKnown(other)))
      return { checkoutRequestId: other.checkoutRequestId };
  return null;
}

async function receiptOfAnother(life: Life, push: Push): Promise<Partial<ForgeStkInput> | null> {
  const others = await life.control.listPushes();
  const receipts = others.flatMap(({ receipt }) => receipt ?? []);
  const known = await db().receipt.findFirst({
    where: {
      provider: "mpesa",
      number: { in: receipts },
      paymentId: { not: push.callbackUrl.split("/").at(-1) ?? "" },
    },
    orderBy: { number: "asc" },
  });
  return known && { receipt: known.number };
}
