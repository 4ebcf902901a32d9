import { toTwoDecimals } from "@/sandbox/kit/money";
import { toMaskedNumber } from "@/sandbox/kit/msisdn";
import { parseProviderTimestamp, toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import type { WireObject } from "@/sandbox/kit/wire-json";
import type { Settings } from "@/sandbox/settings";
import type { World } from "@/sandbox/world";
import { refuseCall } from "./authorize-call";
import type { CustomerPayment } from "./customer-payment";
import { fieldOf, findBadField, type DarajaCall, type DarajaReply } from "./daraja-call";
import { jsonReply, refuse, refuseField } from "./gateway";
import { namesOf } from "./party-names";
import { PULL_TOKEN_REFUSAL, referenceOf, refuseShortcode } from "./pull-register";
import { isShortcode } from "./read-push";

const WINDOW_MS = 48 * 3_600_000;

/**
 * `POST /pulltransactions/v1/query`: what customers paid to a shortcode in the last 48 hours, page
 * by page. The documents say GET and show a body, so both methods are taken.
 */
export function pullQuery(sent: DarajaCall, world: World): DarajaReply {
  const call = withQueryFields(sent);
  const refused = refuseCall(call, world, PULL_TOKEN_REFUSAL, ["GET", "POST"]);
  if (refused) return refused;
  const isTime = (text: string): boolean => parseProviderTimestamp(text) !== undefined;
  const badField = findBadField(call, [
    ["ShortCode", isShortcode],
    ["StartDate", isTime],
    ["EndDate", isTime],
    ["OffSetValue", (text) => /^\d{1,9}$/.test(text)],
  ]);
  if (badField !== undefined) return refuseField(world, badField);
  const shortcode = fieldOf(call, "ShortCode") ?? "";
  const account = world.darajaAccounts.byShortcode(shortcode);
  if (!account || !mayBePulled(shortcode, world)) return refuseShortcode(world);
  const fromMs = parseProviderTimestamp(fieldOf(call, "StartDate") ?? "") ?? 0;
  const toMs = parseProviderTimestamp(fieldOf(call, "EndDate") ?? "") ?? 0;
  // Callers write whole seconds, so that is how finely the window is measured.
  if (Math.floor(world.clock.nowMs() / 1_000) * 1_000 - fromMs > WINDOW_MS) {
    return refuse(world, 400, "400.001", "Invalid StartDate: only the last 48 hours can be pulled");
  }
  const offset = Number(fieldOf(call, "OffSetValue"));
  const page = findPayments(world, { shortcode, fromMs, toMs }).slice(
    offset,
    offset + world.settings.current.pullPageSize,
  );
  return jsonReply(200, {
    ResponseRefID: referenceOf(world),
    ResponseCode: page.length === 0 ? "1001" : "1000",
    ResponseMessage: page.length === 0 ? "No transactions found" : "Success",
    // One array inside another, with or without payments.
    Response: [page.map((payment) => toRow(payment, account.name, world.settings.current))],
  });
}

/** A GET may carry its fields in the address instead of a body. */
function withQueryFields(call: DarajaCall): DarajaCall {
  if (call.method !== "GET") return call;
  return { ...call, body: { ...Object.fromEntries(call.query), ...call.body } };
}

function mayBePulled(shortcode: string, world: World): boolean {
  const { pullNeedsRegistration, strictMode } = world.settings.current;
  return !(pullNeedsRegistration || strictMode) || world.pullRegistrations.has(shortcode);
}

/** Oldest first, both ends included to the second. */
function findPayments(
  world: World,
  window: { shortcode: string; fromMs: number; toMs: number },
): CustomerPayment[] {
  const knownUntilMs = world.clock.nowMs() - world.settings.current.pullDelayMs;
  return world.payments
    .to(window.shortcode)
    .filter(({ paidAtMs }) => {
      if (paidAtMs === null || paidAtMs > knownUntilMs) return false;
      return paidAtMs >= window.fromMs && paidAtMs < window.toMs + 1_000;
    })
    .sort((left, right) => (left.paidAtMs ?? 0) - (right.paidAtMs ?? 0));
}

function toRow(
  payment: CustomerPayment,
  business: string,
  settings: Readonly<Settings>,
): WireObject {
  const { msisdn, kind, paidAtMs } = payment;
  return {
    transactionId: payment.receipt,
    trxDate: spellDate(paidAtMs ?? 0, settings),
    msisdn: settings.pullMsisdnForm === "masked" ? toMaskedNumber(msisdn) : Number(msisdn.slice(3)),
    sender: namesOf(msisdn).first,
    transactiontype: kind === "till" ? "c2b-buy-goods-debit" : "c2b-pay-bill-debit",
    billreference: payment.reference,
    amount: toTwoDecimals(payment.amountCents),
    organizationname: business,
  };
}

function spellDate(ms: number, { pullDateForm }: Readonly<Settings>): string {
  if (pullDateForm === "utc") return `${new Date(ms).toISOString().slice(0, 19)}Z`;
  return `${toProviderTimestamp(ms).replace(" ", "T")}Z`;
}
