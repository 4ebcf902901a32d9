import { env } from "@/lib/env";
import { centsFromProvider, decimalFromCents } from "@/lib/kit/money";
import { maskVoucherCode } from "@/lib/kit/voucher-code";
import type {
  RedeemOutcome,
  StatusOutcome,
  ValidateOutcome,
  VoucherProvider,
} from "../sells-vouchers";
import { dial, type Dialled } from "./dial";
import { balance, issue } from "./payouts";
import { isAboutOurCall, refusalOf } from "./refusals";
import { RedeemAnswer, StatusAnswer, ValidateAnswer } from "./schemas";
import { fateOfPayment } from "./status-words";
import { nonsense, told, unanswered } from "./outcomes";

type Answer = Extract<Dialled, { kind: "answer" }>;

/** PesaVoucher over its merchant API v1. Only the base address and the keys differ between hosts. */
export function pesavoucher(): VoucherProvider {
  return { name: "pesavoucher", purchaseUrl, validate, redeem, paymentStatus, issue, balance };
}

/** The hosted purchase page with its nine parameters (docs/providers/pesavoucher.md, "Redirect"). */
function purchaseUrl(purchase: Parameters<VoucherProvider["purchaseUrl"]>[0]): string {
  const settings = env().pesavoucher;
  const query = new URLSearchParams({
    merchant_id: settings.merchantId,
    amount: decimalFromCents(purchase.amountCents),
    currency: "KES",
    session_id: purchase.sessionId,
    user_ref: purchase.customerId,
    prefix: settings.prefix,
    callback_url: purchase.callbackUrl,
    return_url: purchase.returnUrl,
    cancel_url: purchase.cancelUrl,
  });
  return `${settings.appUrl}/buy-voucher?${query.toString()}`;
}

async function validate({ code }: { code: string }): Promise<ValidateOutcome> {
  const dialled = await dial({
    path: "validate_voucher",
    body: { voucher_code: code },
    shown: { voucher_code: maskVoucherCode(code) },
  });
  if (dialled.kind !== "answer") return unanswered(dialled);
  const answer = ValidateAnswer.safeParse(dialled.json);
  // Missing or wrong credentials also come as `success: false`; they say nothing about the code.
  if (!answer.success || isOurFault(dialled, answer.data)) return nonsense(dialled);
  const { success, valid, validation_errors: errors, error, message } = answer.data;
  const exchange = told(dialled, { success, valid, validation_errors: errors, error });
  if (success && valid) return { kind: "valid", exchange };
  return { kind: "refused", refusal: refusalOf(errors?.[0] ?? error ?? message ?? ""), exchange };
}

async function redeem(input: {
  code: string;
  redeemedBy: string;
  callbackUrl: string;
}): Promise<RedeemOutcome> {
  const dialled = await dial({
    path: "redeem_voucher",
    body: {
      voucher_code: input.code,
      currency: "KES",
      callback_url: input.callbackUrl,
      redeemed_by: input.redeemedBy,
    },
    shown: { voucher_code: maskVoucherCode(input.code), redeemed_by: input.redeemedBy },
  });
  if (dialled.kind !== "answer") return unanswered(dialled);
  const answer = RedeemAnswer.safeParse(dialled.json);
  if (!answer.success || isOurFault(dialled, answer.data)) return nonsense(dialled);
  const { success, redemption, error, message } = answer.data;
  const exchange = told(dialled, { success, amount: redemption?.amount, error });
  if (!success) return { kind: "refused", refusal: refusalOf(error ?? message ?? ""), exchange };
  const amountCents = centsFromProvider(redemption?.amount);
  // A success without a readable amount may have burnt the code; guessing would be worse than asking.
  if (amountCents === null) return { kind: "unknown", because: "bad_response", exchange };
  return { kind: "accepted", amountCents, exchange };
}

async function paymentStatus({ paymentId }: { paymentId: string }): Promise<StatusOutcome> {
  const dialled = await dial({
    path: "check_payment_status",
    body: { payment_id: paymentId },
    shown: { payment_id: paymentId },
  });
  if (dialled.kind !== "answer") return unanswered(dialled);
  const answer = StatusAnswer.safeParse(dialled.json);
  if (!answer.success || isOurFault(dialled, answer.data)) return nonsense(dialled);
  const { success, payment, error } = answer.data;
  const exchange = told(dialled, {
    success,
    payment_status: payment?.payment_status,
    status: payment?.status,
    is_success: payment?.is_success,
    error,
  });
  // The outer `success` only says that the question was answered; the payment inside has its own.
  if (!success || !payment) return { kind: "refused", exchange };
  return { kind: "answered", fate: fateOfPayment(payment), exchange };
}

/** 401, 403, 405, 429 and some texts speak about our call, never about the customer's money. */
function isOurFault(
  answer: Answer,
  said: { error?: string | null | undefined; message?: string | null | undefined },
): boolean {
  const text = said.error ?? said.message ?? "";
  return [401, 403, 405, 429].includes(answer.httpStatus) || isAboutOurCall(text);
}
