import { z } from "zod";

import { COLLECTION_SETTINGS, collectionSettingsShape } from "@/sandbox/daraja/collection-settings";
import { PAYOUT_SETTINGS, payoutSettingsShape } from "@/sandbox/daraja/payout-settings";
import { PULL_SETTINGS, pullSettingsShape } from "@/sandbox/daraja/pull-settings";
import { REVERSAL_SETTINGS, reversalSettingsShape } from "@/sandbox/daraja/reversal-settings";
import { STATEMENT_SETTINGS, statementSettingsShape } from "@/sandbox/daraja/statement-settings";
import {
  VOUCHER_PAYOUT_SETTINGS,
  voucherPayoutSettingsShape,
} from "@/sandbox/pesavoucher/payout-settings";

const milliseconds = z.number().int().min(0).max(86_400_000);

/**
 * Every answer the sandbox had to invent, as a named switch. "Choice" means that the provider's
 * documents are silent or contradict themselves; the help page prints these words beside each.
 */
export const settingsSchema = z.strictObject({
  promptTimeoutMs: milliseconds.describe(
    "Choice. How long an M-Pesa prompt waits before it times out by itself.",
  ),
  magicDelayMs: milliseconds.describe(
    "Choice. How long a magic phone number or amount takes to act by itself.",
  ),
  pin: z
    .string()
    .regex(/^\d{4}$/)
    .describe("The M-Pesa PIN of every virtual handset."),
  pinTries: z
    .number()
    .int()
    .min(1)
    .max(10)
    .describe("Choice. Wrong PINs a prompt takes before it fails with “wrong PIN”."),
  pinLocksAfterLastTry: z
    .boolean()
    .describe("Choice. The last wrong try also locks the PIN, until the phone is changed back."),
  handsetBalanceCents: z
    .bigint()
    .describe("The M-Pesa balance a virtual handset starts with, in cents."),
  purchaseMinCents: z
    .bigint()
    .describe(
      "Choice. Smallest voucher the hosted page sells, in cents; the real limit is unknown.",
    ),
  purchaseMaxCents: z
    .bigint()
    .describe(
      "Choice. Largest voucher the hosted page sells, in cents; the real limit is unknown.",
    ),
  requireHttpsUrls: z
    .boolean()
    .describe(
      "The provider demands HTTPS for callback, return and cancel addresses. Off here, so that a local shop can be tested.",
    ),
  returnAppend: z
    .enum(["both", "voucher", "payment_id", "none"])
    .describe("Choice. What the hosted page appends to return_url after a payment."),
  voucherLifetimeMs: z
    .number()
    .int()
    .min(0)
    .describe("Choice. How long a bought voucher can be redeemed; the real lifetime is unknown."),
  validateIncludesVoucher: z
    .boolean()
    .describe(
      "Choice. validate_voucher adds a `voucher` object beside the documented three fields.",
    ),
  invalidCodeSuccess: z
    .boolean()
    .describe(
      "Choice. For a code that cannot be redeemed, validate_voucher answers `success: true, valid: false`; off, it answers `success: false, valid: false`.",
    ),
  redeemRefusalStatus: z
    .union([z.literal(200), z.literal(400), z.literal(409), z.literal(422)])
    .describe("Choice. The HTTP status of a refused redemption."),
  timeoutStatusForm: z
    .enum(["timeout", "failed_no_response"])
    .describe(
      "Both are documented. A timed-out payment reads `TIMEOUT`/`Timeout`, or `FAILED`/`Failed` with “No response from user.”",
    ),
  unknownPaymentStatus: z
    .union([z.literal(200), z.literal(404)])
    .describe("Choice. The HTTP status of check_payment_status for an id nobody knows."),
  merchantBalanceAlias: z
    .boolean()
    .describe("Choice. /merchant/balance answers like /query_balance (one sample calls it)."),
  balanceView: z
    .enum(["wallet", "float"])
    .describe(
      "Choice. What query_balance reports: the wallet (redeeming adds) or the float (redeeming subtracts).",
    ),
  floatLowBelowCents: z
    .bigint()
    .nullable()
    .describe("Guesswork. Float level below which a `float.low` event is sent; null for never."),
  floatLowUrl: z
    .url()
    .nullable()
    .describe("Guesswork. Where the `float.low` event goes; null for nowhere."),
  declineCallbackForm: z
    .enum(["full", "bare"])
    .describe(
      "Choice. A failure callback carries payment_id, amount, currency, error and timestamp too, or only `success` and `session_id`.",
    ),
  redemptionCallbacks: z
    .boolean()
    .describe("Choice. redeem_voucher posts a redemption callback to the given callback_url."),
  callbackPatienceMs: z
    .number()
    .int()
    .min(1)
    .max(60_000)
    .describe("How long a callback waits for its answer (documented: 10 s)."),
  callbackRetryDelaysMs: z
    .array(milliseconds)
    .max(20)
    .describe(
      "Choice. Waits before each repeat of a callback that got no 2xx; empty for no repeats.",
    ),
  callbackHmacSecret: z
    .string()
    .min(1)
    .nullable()
    .describe(
      "Experimental and not the provider's: signs callbacks with HMAC-SHA256 in X-Sandbox-Signature; null for no signature.",
    ),
  allowedCallerIps: z
    .array(z.string().min(1))
    .max(100)
    .describe("Choice. Addresses that may call the API; empty for everyone."),
  callbackDelivery: z
    .enum(["timer", "explicit"])
    .describe(
      "When callbacks go: by the clock, or only at `POST /_control/callbacks/deliver-next` (and `settle`), so that no order depends on timing.",
    ),
  tokenLifetimeSeconds: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .describe("M-Pesa. How long an access token is good for (measured: 3599)."),
  expiresInForm: z
    .enum(["string", "number"])
    .describe("M-Pesa, choice. How `expires_in` is written; both have been seen."),
  newTokenKillsOld: z
    .boolean()
    .describe("M-Pesa, choice. Asking for a token ends the one before; the portal says so."),
  oauthRefusalStatus: z
    .union([z.literal(400), z.literal(401)])
    .describe("M-Pesa, choice. HTTP status for a wrong consumer key or secret."),
  strictMode: z
    .boolean()
    .describe(
      "M-Pesa. Adds what only the portal claims: callback addresses must be HTTPS and named, without words such as `mpesa` or `query`; descriptions have 1 to 13 characters.",
    ),
  samePhoneIntervalMs: milliseconds.describe(
    "M-Pesa, choice. Time between two pushes to one phone (the portal: a minute); 0 for none. While a prompt is open, a second push is always refused.",
  ),
  stkLockedAnswer: z
    .enum(["refused", "result"])
    .describe(
      "M-Pesa. A push to a phone with an open prompt is refused with 500.001.1001, or accepted and ended with result 1001; both happen.",
    ),
  stkSameAmountWindowMs: milliseconds.describe(
    "M-Pesa. The same amount to the same phone within this time ends with result 17; 0 for never.",
  ),
  stkNoAnswerCode: z
    .enum(["1037", "1019"])
    .describe("M-Pesa. The result of a prompt that was seen and not answered; both happen."),
  stkOldSimCode: z
    .enum(["1037", "1025"])
    .describe("M-Pesa, choice. The result of a prompt for a SIM card too old to show it."),
  stkInFlightShape: z
    .enum(["mixed", "result_4999", "error_text", "error_empty"])
    .describe(
      "M-Pesa. What a query says of an open prompt: one of the three measured forms, or a seeded mixture.",
    ),
  stkQueryHiccupShare: z
    .number()
    .min(0)
    .max(1)
    .describe(
      "M-Pesa. Share of queries about a finished push that answer 500.001.1001 all the same (measured: 4 of 19).",
    ),
  stkCallbackRetryDelaysMs: z
    .array(milliseconds)
    .max(20)
    .describe(
      "M-Pesa. Waits before each repeat of a push callback that got no 2xx; empty (one attempt) is what was measured.",
    ),
  stkBalanceItem: z
    .enum(["no_value", "absent"])
    .describe("M-Pesa. The Balance item of a success callback: without a value, or left out."),
  stkAmountDecimals: z
    .boolean()
    .describe("M-Pesa. Amounts in callbacks are written `1.00`; off, `1`. Both happen."),
  ...collectionSettingsShape,
  ...reversalSettingsShape,
  ...pullSettingsShape,
  ...payoutSettingsShape,
  ...statementSettingsShape,
  ...voucherPayoutSettingsShape,
});

export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Readonly<Settings> = {
  promptTimeoutMs: 60_000,
  magicDelayMs: 1_500,
  pin: "1234",
  pinTries: 3,
  pinLocksAfterLastTry: false,
  handsetBalanceCents: 50_000_000n,
  purchaseMinCents: 5_000n,
  purchaseMaxCents: 15_000_000n,
  requireHttpsUrls: false,
  returnAppend: "both",
  voucherLifetimeMs: 365 * 86_400_000,
  validateIncludesVoucher: true,
  invalidCodeSuccess: true,
  redeemRefusalStatus: 400,
  timeoutStatusForm: "timeout",
  unknownPaymentStatus: 404,
  merchantBalanceAlias: true,
  balanceView: "wallet",
  floatLowBelowCents: null,
  floatLowUrl: null,
  declineCallbackForm: "full",
  redemptionCallbacks: true,
  callbackPatienceMs: 10_000,
  callbackRetryDelaysMs: [5_000, 30_000, 120_000],
  callbackHmacSecret: null,
  allowedCallerIps: [],
  callbackDelivery: "timer",
  tokenLifetimeSeconds: 3_599,
  expiresInForm: "string",
  newTokenKillsOld: false,
  oauthRefusalStatus: 400,
  strictMode: false,
  samePhoneIntervalMs: 0,
  stkLockedAnswer: "refused",
  stkSameAmountWindowMs: 120_000,
  stkNoAnswerCode: "1037",
  stkOldSimCode: "1037",
  stkInFlightShape: "mixed",
  stkQueryHiccupShare: 0.2,
  stkCallbackRetryDelaysMs: [],
  stkBalanceItem: "no_value",
  stkAmountDecimals: true,
  ...COLLECTION_SETTINGS,
  ...REVERSAL_SETTINGS,
  ...PULL_SETTINGS,
  ...PAYOUT_SETTINGS,
  ...STATEMENT_SETTINGS,
  ...VOUCHER_PAYOUT_SETTINGS,
};

/** The switches as they stand now; `change` takes some of them and leaves the others alone. */
export class SettingsStore {
  #current: Settings;

  constructor(readonly initial: Partial<Settings> = {}) {
    this.#current = { ...DEFAULT_SETTINGS, ...initial };
  }

  get current(): Readonly<Settings> {
    return this.#current;
  }

  change(changes: Partial<Settings>): Readonly<Settings> {
    this.#current = { ...this.#current, ...changes };
    return this.#current;
  }

  reset(): void {
    this.#current = { ...DEFAULT_SETTINGS, ...this.initial };
  }
}
