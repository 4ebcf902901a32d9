import { Shillings, type WireObject } from "@/sandbox/kit/wire-json";
import type { Settings } from "@/sandbox/settings";
import type { World } from "@/sandbox/world";
import { textOf, type ApiAnswer, type ApiCall } from "./api-call";
import { authenticate } from "./authenticate";
import { failureTextOf } from "./purchase-callback";
import type { Purchase } from "./purchase";
import { refusal } from "./refusal";

/**
 * `POST /check_payment_status`: the state of a payment under both documented spellings. Outer
 * `success` says that the question was answered, not that the payment succeeded; the answer never
 * carries a voucher code.
 */
export function checkPaymentStatus(call: ApiCall, world: World): ApiAnswer {
  const auth = authenticate(call, world, { allowBody: true });
  if ("refused" in auth) return auth.refused;
  if (!call.bodyIsReadable) return refusal(world, 400, "Invalid JSON body");
  const paymentId = textOf(call.body.payment_id);
  if (paymentId === undefined) return refusal(world, 400, "Missing required fields: payment_id");
  const purchase = world.desk.find(paymentId);
  if (purchase?.merchantId !== auth.merchant.id) {
    return refusal(world, world.settings.current.unknownPaymentStatus, "Payment not found");
  }
  return { status: 200, body: describePayment(purchase, world.settings.current) };
}

type StatusWords = {
  payment_status: string;
  status: string;
  message: string;
  user_message: string;
};

function describePayment(purchase: Purchase, settings: Readonly<Settings>): WireObject {
  const { message, user_message, ...words } = statusWords(purchase, settings);
  return {
    success: true,
    payment: {
      payment_id: purchase.id,
      amount: new Shillings(purchase.amountCents),
      currency: "KES",
      ...words,
      is_success: purchase.state === "SUCCESS",
    },
    message,
    user_message,
  };
}

function statusWords(purchase: Purchase, settings: Readonly<Settings>): StatusWords {
  switch (purchase.state) {
    case "SUCCESS":
      return {
        payment_status: "SUCCESS",
        status: "Success",
        message: "Payment completed successfully",
        user_message: "Payment completed successfully!",
      };
    case "PENDING":
      return {
        payment_status: "PENDING",
        status: "Processing",
        message: "Payment status: PENDING",
        user_message: "Payment is being processed.",
      };
    case "CANCELLED":
      return {
        payment_status: "CANCELLED",
        status: "Cancelled",
        message: "Payment status: CANCELLED",
        user_message: "Payment was cancelled by user.",
      };
    case "TIMEOUT":
      if (settings.timeoutStatusForm === "failed_no_response")
        return failed("No response from user.");
      return {
        payment_status: "TIMEOUT",
        status: "Timeout",
        message: "Payment status: TIMEOUT",
        user_message: "Payment request timed out.",
      };
    case "FAILED":
      return failed(failureTextOf(purchase));
  }
}

function failed(userMessage: string): StatusWords {
  return {
    payment_status: "FAILED",
    status: "Failed",
    message: "Payment status: FAILED",
    user_message: userMessage,
  };
}
