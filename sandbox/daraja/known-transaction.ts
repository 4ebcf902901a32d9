import { createHash } from "node:crypto";

import { toTwoDecimals } from "@/sandbox/kit/money";
import { toCompactTime } from "@/sandbox/kit/nairobi-time";
import type { Settings } from "@/sandbox/settings";
import type { CustomerPayment } from "./customer-payment";
import { publicNameOf } from "./party-names";
import type { Payout } from "./payout";
import { payoutMagicOf } from "./payout-magic";
import type { Reversal } from "./reversal";

/** A payout, a customer's payment or a reversal, as a status result describes it. */
export type KnownTransaction = {
  originatorConversationId: string;
  conversationId: string;
  /** The only organisation that may ask about it. */
  shortcode: string;
  msisdn: string | null;
  receipt: string | null;
  amountCents: bigint;
  state: "pending" | "completed" | "failed";
  createdAtMs: number;
  endedAtMs: number | null;
  debitParty: string;
  creditParty: string;
  debitAccountType: string;
  /** What it cost whom, once it is completed. */
  debitCharges: string | undefined;
  creditCharges: string | undefined;
  reasonType: string;
  /** Nobody knows of it while it is pending. */
  isForgotten: boolean;
  /** Questions about it are told the opposite. */
  isStatusOpposite: boolean;
};

const HONEST = { isForgotten: false, isStatusOpposite: false };

/** An organisation as the provider prints it: `600998 - Duka la Mwanga Payouts`. */
function partyOf(shortcode: string, name: string): string {
  return `${shortcode} - ${name}`;
}

/** A payout, paid or not. */
export function payoutAsKnown(
  payout: Payout,
  organisation: string,
  settings: Readonly<Settings>,
): KnownTransaction {
  const magic = payoutMagicOf(payout);
  return {
    ...payout,
    debitParty: partyOf(payout.shortcode, organisation),
    creditParty: publicNameOf(payout.msisdn),
    debitAccountType: "Utility Account",
    debitCharges: `Fee For B2C Payment|KES|${toTwoDecimals(settings.b2cChargeCents)}`,
    creditCharges: undefined,
    reasonType: "Business Payment to Customer via API",
    isForgotten: magic.isForgotten === true,
    isStatusOpposite: magic.isStatusOpposite === true,
  };
}

/** One that has been paid: of others the provider says nothing. */
export function paymentAsKnown(
  payment: CustomerPayment,
  settings: Readonly<Settings>,
): KnownTransaction {
  const { receipt, startedAtMs, kind } = payment;
  const { c2bChargeCents } = settings;
  return {
    ...HONEST,
    ...conversationOf(receipt, startedAtMs),
    shortcode: payment.shortcode,
    msisdn: payment.msisdn,
    receipt,
    amountCents: payment.amountCents,
    state: "completed",
    createdAtMs: startedAtMs,
    endedAtMs: payment.paidAtMs,
    debitParty: publicNameOf(payment.msisdn),
    creditParty: partyOf(payment.shortcode, payment.businessName),
    debitAccountType: "MMF Account",
    debitCharges: undefined,
    creditCharges:
      c2bChargeCents === 0n
        ? undefined
        : `Fee For C2B Payment|KES|${toTwoDecimals(c2bChargeCents)}`,
    reasonType: kind === "till" ? "Pay Merchant" : "Pay Utility",
  };
}

/** A reversal, done or not. */
export function reversalAsKnown(reversal: Reversal, business: string): KnownTransaction {
  return {
    ...HONEST,
    ...reversal,
    debitParty: partyOf(reversal.shortcode, business),
    creditParty: reversal.msisdn === null ? "" : publicNameOf(reversal.msisdn),
    debitAccountType: "Utility Account",
    debitCharges: undefined,
    creditCharges: undefined,
    reasonType: "Transaction Reversal",
  };
}

/** A customer's payment was ordered by no API call; its ids are made of its receipt. */
function conversationOf(receipt: string, startedAtMs: number) {
  const hex = createHash("sha256").update(receipt).digest("hex");
  const parts = [hex.slice(0, 4), hex.slice(4, 8), hex.slice(8, 12), hex.slice(12, 24)];
  return {
    originatorConversationId: `${parts.join("-")}${parseInt(hex.slice(24, 30), 16)}`,
    conversationId: `AG_${toCompactTime(startedAtMs).slice(0, 8)}_${hex.slice(30, 50)}`,
  };
}
