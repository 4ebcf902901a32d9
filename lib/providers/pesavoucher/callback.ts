import { parseVoucherCode } from "@/lib/kit/voucher-code";
import { centsFromProvider } from "@/lib/kit/money";
import { opaqueOf } from "./opaque";
import { PurchaseCallbackBody, RedemptionCallbackBody, VoucherCreatedBody } from "./schemas";
import { readIssuedWords, type IssuedState } from "./status-words";

/** What a purchase callback claims. A claim is a hint: the truth is asked for at the provider. */
export interface PurchaseCallback {
  readonly succeeded: boolean;
  readonly sessionId: string;
  readonly code: string | null;
  readonly paymentId: string | null;
  readonly mpesaReceipt: string | null;
  readonly amountCents: bigint | null;
}

export interface RedemptionCallback {
  readonly code: string;
  readonly amountCents: bigint | null;
}

/** What a callback about a voucher we issued claims. Its form is undocumented: a hint, never a proof. */
export interface VoucherCreatedCallback {
  readonly uniqueId: string | null;
  readonly transactionId: string | null;
  readonly code: string | null;
  readonly amountCents: bigint | null;
  readonly status: IssuedState;
}

/** Reads a purchase callback's body. Null when it is not one. */
export function parsePurchaseCallback(body: unknown): PurchaseCallback | null {
  const parsed = PurchaseCallbackBody.safeParse(body);
  if (!parsed.success) return null;
  const { success, session_id, voucher_code, payment_id, amount } = parsed.data;
  const code = voucher_code === null ? null : parseVoucherCode(voucher_code);
  if (success && code === null && payment_id === null) return null;
  return {
    succeeded: success,
    sessionId: session_id,
    code,
    paymentId: payment_id,
    mpesaReceipt: receiptOf(parsed.data),
    amountCents: centsFromProvider(amount),
  };
}

function receiptOf(body: PurchaseCallbackBody): string | null {
  const names = [body.mpesa_receipt, body.mpesa_receipt_number];
  return names.map((name) => name?.trim() ?? "").find((name) => name !== "") ?? null;
}

/** Reads a redemption callback's body. Null when it is not one, or says that nothing was redeemed. */
export function parseRedemptionCallback(body: unknown): RedemptionCallback | null {
  const parsed = RedemptionCallbackBody.safeParse(body);
  if (!parsed.success || parsed.data.success === false) return null;
  const code = parseVoucherCode(parsed.data.voucher_code);
  return code === null ? null : { code, amountCents: centsFromProvider(parsed.data.amount) };
}

/** Reads the body of a callback about a voucher we issued. Null when it names no voucher at all. */
export function parseVoucherCreatedCallback(body: unknown): VoucherCreatedCallback | null {
  const parsed = VoucherCreatedBody.safeParse(body);
  if (!parsed.success) return null;
  const said = parsed.data;
  const uniqueId = opaqueOf(said.unique_id);
  const transactionId = opaqueOf(said.transaction_id);
  const code = typeof said.voucher_code === "string" ? parseVoucherCode(said.voucher_code) : null;
  if (uniqueId === null && transactionId === null && code === null) return null;
  const amountCents = centsFromProvider(said.amount);
  return { uniqueId, transactionId, code, amountCents, status: readIssuedWords(said) };
}

/**
 * True when the message carries the mark PesaVoucher puts on its callbacks. Anyone can send it, so it
 * only sorts out strangers; it proves nothing.
 */
export function hasSourceMark(headers: Headers): boolean {
  return headers.get("x-callback-source")?.trim().toLowerCase() === "pesavoucher";
}
