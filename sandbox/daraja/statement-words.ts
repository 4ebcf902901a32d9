import { createHash } from "node:crypto";

import { receiptDate } from "@/sandbox/kit/ids";
import { toMaskedNumber } from "@/sandbox/kit/msisdn";
import type { MpesaTransfer } from "@/sandbox/mpesa-books";
import type { World } from "@/sandbox/world";
import { namesOf } from "./party-names";
import type { StatementRow } from "./statement-row";

type Words = Pick<StatementRow, "details" | "reasonType" | "otherParty" | "reference"> & {
  initiatedAtMs: number;
};

const NOTHING = { details: "", reasonType: "", otherParty: "", reference: "" };

/** What a statement prints of a transfer besides its amount. */
export function describeTransfer(
  world: World,
  transfer: MpesaTransfer,
  own: ReadonlySet<string>,
): Omit<StatementRow, "changeCents" | "balanceCents"> {
  const receipt = transfer.receipt ?? transfer.originalReceipt ?? madeUpReceipt(transfer);
  return { ...wordsFor(world, transfer, own), receipt, completedAtMs: transfer.atMs };
}

function wordsFor(world: World, transfer: MpesaTransfer, own: ReadonlySet<string>): Words {
  switch (transfer.kind) {
    case "paid":
      return own.has(transfer.to) ? paymentWords(world, transfer) : payoutWords(world, transfer);
    case "charge":
      return chargeWords(world, transfer);
    case "reversal":
      return reversalWords(world, transfer);
    case "opening":
    case "adjusted": {
      const way = own.has(transfer.to) ? "Deposit of Funds" : "Organization Withdrawal of Funds";
      return { ...NOTHING, details: way, reasonType: way, initiatedAtMs: transfer.atMs };
    }
  }
}

function paymentWords(world: World, transfer: MpesaTransfer): Words {
  const payment = world.payments.find(transfer.receipt ?? "");
  const reference = transfer.reference ?? "";
  const otherParty = partyOf(transfer.from);
  const initiatedAtMs = payment?.startedAtMs ?? transfer.atMs;
  if (payment?.kind === "till") {
    const details = `Merchant Payment from ${otherParty}`;
    return { details, reasonType: "Pay Merchant", otherParty, reference: "", initiatedAtMs };
  }
  const way = payment?.via === "push" ? "Pay Bill Online" : "Pay Bill";
  const details = `${way} from ${otherParty} Acc. ${reference}`;
  return { details, reasonType: "Pay Utility", otherParty, reference, initiatedAtMs };
}

function payoutWords(world: World, transfer: MpesaTransfer): Words {
  const payout = world.payouts.findByReceipt(transfer.receipt ?? "");
  const otherParty = partyOf(transfer.to);
  return {
    ...NOTHING,
    details: `Business Payment to ${otherParty} via API. ${payout?.remarks ?? ""}`.trim(),
    reasonType: "Business Payment to Customer via API",
    otherParty,
    initiatedAtMs: payout?.createdAtMs ?? transfer.atMs,
  };
}

/** A charge has the receipt and the reason of what it is for. */
function chargeWords(world: World, transfer: MpesaTransfer): Words {
  const receipt = transfer.originalReceipt ?? "";
  const payment = world.payments.find(receipt);
  const payout = world.payouts.findByReceipt(receipt);
  const [details, reasonType] = payment
    ? payment.kind === "till"
      ? ["Pay Merchant Charge", "Pay Merchant"]
      : ["Pay Bill Charge", "Pay Utility"]
    : ["Business Payment Charge", "Business Payment to Customer via API"];
  const initiatedAtMs = payment?.startedAtMs ?? payout?.createdAtMs ?? transfer.atMs;
  return { ...NOTHING, details, reasonType, initiatedAtMs };
}

function reversalWords(world: World, transfer: MpesaTransfer): Words {
  const reversal = world.reversals.findByReceipt(transfer.receipt ?? "");
  const otherParty = partyOf(transfer.to);
  return {
    ...NOTHING,
    details: `Payment Reversal of ${transfer.originalReceipt ?? ""} to ${otherParty}`,
    reasonType: "Transaction Reversal",
    otherParty,
    initiatedAtMs: reversal?.createdAtMs ?? transfer.atMs,
  };
}

/** `phone:254712345678` as `2547 ***** 678 - JUMA MUTUA`. */
function partyOf(account: string): string {
  const [, msisdn = ""] = account.split(":");
  const { first, last } = namesOf(msisdn);
  return `${toMaskedNumber(msisdn)} - ${first} ${last}`;
}

/** Every row has a receipt, even of what nobody paid. */
function madeUpReceipt({ seq, atMs }: MpesaTransfer): string {
  const hash = createHash("sha256").update(`${seq}`).digest("hex").toUpperCase();
  return `${receiptDate(atMs)}${hash.slice(0, 7)}`;
}
