import { db } from "@/lib/db";
import { openOperatorAccount } from "@/lib/merchants/open-operator-account";
import type { Payment } from "./plan";
import type { World } from "./world";

/**
 * One of the business' people takes a payment back in M-Pesa's portal, without a word to the shop. Another
 * program of theirs is told of the result: the shop hears of it from the statement alone.
 */
export async function reverseInPortal(world: World, payment: Payment): Promise<string> {
  const msisdn = world.phoneOf(payment).slice(1);
  const [paid] = await world.control.customerPayments({ msisdn, state: "completed" });
  if (!paid) return "nothing was paid";
  const { accountId } = world.customerOf(payment).merchant;
  const account = await db().providerAccount.findUniqueOrThrow({ where: { id: accountId } });
  const { initiatorName, securityCredential, shortcode, app } = openOperatorAccount(account);
  const { consumerKey, consumerSecret } = app.keys;
  const base = process.env.DARAJA_BASE_URL ?? "";
  const secret = Buffer.from(`${consumerKey}:${consumerSecret}`).toString("base64");
  const token = await ask(`${base}/oauth/v1/generate?grant_type=client_credentials`, {
    headers: { Authorization: `Basic ${secret}` },
  });
  const heard = `${world.shop.appUrl}/another/program`;
  const answer = await ask(`${base}/mpesa/reversal/v1/request`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      ...{ Initiator: initiatorName, SecurityCredential: securityCredential },
      ...{ CommandID: "TransactionReversal", TransactionID: paid.receipt },
      ...{ Amount: Number(paid.amountCents / 100n), ReceiverParty: shortcode },
      ...{ RecieverIdentifierType: "11", Remarks: "in the portal", Occasion: "" },
      ...{ ResultURL: heard, QueueTimeOutURL: heard },
    }),
  });
  return `takes ${paid.receipt} back: ${answer === "" ? "no answer" : "ordered"}`;
}

/** The token, or the id of what was ordered; nothing where M-Pesa did not answer. */
async function ask(url: string, request: RequestInit): Promise<string> {
  const answered: unknown = await fetch(url, request)
    .then((response) => (response.ok ? response.json() : null))
    .catch(() => null);
  if (typeof answered !== "object" || answered === null) return "";
  if ("access_token" in answered) return String(answered.access_token);
  return "ConversationID" in answered ? String(answered.ConversationID) : "";
}
