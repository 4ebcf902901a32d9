import { keyedHash } from "@/lib/crypto";
import { InvalidInputError } from "@/lib/errors";
import type { WithdrawalMethod } from "@/lib/generated/prisma/client";
import { maskEmail, parseEmail } from "@/lib/kit/email";
import { oneLine } from "@/lib/kit/one-line";
import { formatKenyanPhone, maskPhone, parseKenyanPhone } from "@/lib/kit/phone";
import { parseAmount } from "@/lib/kit/money";
import { MPESA_PAYOUT_LIMITS, PAYOUT_MESSAGE_MAX, VOUCHER_PAYOUT_LIMITS } from "../schemas";

/** A withdrawal as it was typed. */
export interface TypedWithdrawal {
  readonly method: WithdrawalMethod;
  /** In shillings. */
  readonly amount: string;
  /** A phone number for M-Pesa, an e-mail address for a voucher. */
  readonly to: string;
  /** For the e-mail of a voucher; empty for none. */
  readonly message?: string;
}

/** Who gets the money. */
export interface Destination {
  /** E.164, or an address in lower case. */
  readonly value: string;
  /** As a person reads it: `0712 345 678`. */
  readonly text: string;
  readonly masked: string;
  readonly hash: string;
}

export interface ParsedWithdrawal {
  readonly method: WithdrawalMethod;
  readonly amountCents: bigint;
  readonly destination: Destination;
  readonly message: string | null;
}

/** Reads what was typed. Throws `InvalidInputError` naming every field that cannot be used. */
export function parseWithdrawal(typed: TypedWithdrawal): ParsedWithdrawal {
  const { method } = typed;
  const problems: Record<string, string> = {};
  const amount = parseAmount(
    typed.amount,
    method === "mpesa" ? MPESA_PAYOUT_LIMITS : VOUCHER_PAYOUT_LIMITS,
  );
  if (!amount.ok) problems.amount = wordingOf(method, amount.problem);
  // M-Pesa moves whole shillings; cents are refused, never rounded.
  else if (method === "mpesa" && amount.amountCents % 100n !== 0n)
    problems.amount = "not_whole_shillings";
  const destination = method === "mpesa" ? phoneOf(typed.to) : emailOf(typed.to);
  const field = method === "mpesa" ? "phone" : "email";
  if (!destination) problems[field] = typed.to.trim() === "" ? "empty" : "bad_shape";
  const message = oneLine(typed.message ?? "");
  if (method === "pesavoucher" && message.length > PAYOUT_MESSAGE_MAX)
    problems.message = "too_long";
  if (!destination || !amount.ok || Object.keys(problems).length > 0)
    throw new InvalidInputError(problems);
  return {
    method,
    amountCents: amount.amountCents,
    destination,
    message: method === "pesavoucher" && message !== "" ? message : null,
  };
}

function phoneOf(text: string): Destination | null {
  const value = parseKenyanPhone(text);
  if (value === null) return null;
  return {
    value,
    text: formatKenyanPhone(value),
    masked: maskPhone(value),
    hash: keyedHash("phone", value),
  };
}

function emailOf(text: string): Destination | null {
  const value = parseEmail(text);
  if (value === null) return null;
  return { value, text: value, masked: maskEmail(value), hash: keyedHash("email", value) };
}

/** Problems whose sentence names the method's own rules. */
function wordingOf(method: WithdrawalMethod, problem: string): string {
  switch (problem) {
    case "too_small":
      return method === "mpesa" ? "below_mpesa_payout" : "below_voucher_payout";
    case "too_large":
      return method === "mpesa" ? "above_mpesa_payout" : "above_voucher_payout";
    case "too_many_decimals":
      return method === "mpesa" ? "not_whole_shillings" : problem;
    default:
      return problem;
  }
}
