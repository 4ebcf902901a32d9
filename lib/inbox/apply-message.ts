import { makeCtx } from "@/lib/context";
import type { Message } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import { isId } from "@/lib/kit/ids";
import type { Applied } from "@/lib/payments/applied";
import { applyPurchaseCallback } from "@/lib/payments/apply-purchase-callback";
import { applyRedemptionCallback } from "@/lib/payments/apply-redemption-callback";
import { applyStkAlias } from "@/lib/payments/apply-stk-alias";
import { applyStkCallback } from "@/lib/payments/apply-stk-callback";
import { applyRefundStatus } from "@/lib/payments/refunds/apply-refund-status";
import { applyReversalAlias } from "@/lib/payments/refunds/apply-reversal-alias";
import { applyReversalResult } from "@/lib/payments/refunds/apply-reversal-result";
import {
  applyRefundStatusTimeout,
  applyReversalTimeout,
} from "@/lib/payments/refunds/apply-reversal-timeout";
import { applyB2cResult } from "@/lib/payments/withdrawals/apply-b2c-result";
import { applyB2cTimeout } from "@/lib/payments/withdrawals/apply-b2c-timeout";
import { applyStatusAlias } from "@/lib/payments/withdrawals/apply-status-alias";
import { applyStatusResult } from "@/lib/payments/withdrawals/apply-status-result";
import { applyStatusTimeout } from "@/lib/payments/withdrawals/apply-status-timeout";
import { applyVoucherCreated } from "@/lib/payments/withdrawals/apply-voucher-created";
import { applyReceiptAnswer } from "@/lib/recovery/review/apply-receipt-answer";
import { applyReceiptTimeout } from "@/lib/recovery/review/apply-receipt-timeout";
import { readShortcodeHeader } from "@/lib/providers/daraja/callback";
import { applyC2bConfirmation } from "@/lib/recovery/transactions/apply-c2b-confirmation";
import { readMessage } from "./read-message";

/** Which verb handles which message: the one place where messages become verbs. */
export async function applyMessage(
  message: Pick<
    Message,
    "provider" | "kind" | "query" | "id" | "headers" | "addressee" | "secretHash" | "receivedAt"
  > & { body: Buffer },
  now: () => Date,
): Promise<Applied> {
  // The merchant is the owner of whatever the message turns out to be about.
  const ctx = makeCtx(
    "",
    { kind: "provider", id: message.provider },
    { now, requestId: message.id },
  );
  const reading = readMessage(message);
  const { receivedAt } = message;
  switch (reading.kind) {
    case "purchase":
      return applyPurchaseCallback(ctx, reading.callback);
    case "redemption": {
      const token = new URLSearchParams(message.query).get("token");
      return applyRedemptionCallback(ctx, reading.callback, token);
    }
    case "stk": {
      const shortcode = readShortcodeHeader(headersOf(message));
      return applyStkCallback(ctx, { ...reading, shortcode, receivedAt });
    }
    case "stk_alias":
      return applyStkAlias(ctx, reading.callback);
    case "voucher_created": {
      const token = new URLSearchParams(message.query).get("token");
      return applyVoucherCreated(ctx, { ...reading, token });
    }
    case "b2c_result":
      return applyB2cResult(ctx, { ...reading, receivedAt });
    case "b2c_timeout":
      return applyB2cTimeout(ctx, { ...reading, receivedAt });
    case "status_result":
      if (isId("refund", reading.withdrawalId)) {
        return applyRefundStatus(ctx, { ...reading, refundId: reading.withdrawalId, receivedAt });
      }
      return isId("receiptQuery", reading.withdrawalId)
        ? applyReceiptAnswer(ctx, { ...reading, queryId: reading.withdrawalId, receivedAt })
        : applyStatusResult(ctx, { ...reading, receivedAt });
    case "status_timeout":
      if (isId("refund", reading.withdrawalId)) {
        const refundId = reading.withdrawalId;
        return applyRefundStatusTimeout(ctx, { ...reading, refundId, receivedAt });
      }
      return isId("receiptQuery", reading.withdrawalId)
        ? applyReceiptTimeout(ctx, { ...reading, queryId: reading.withdrawalId, receivedAt })
        : applyStatusTimeout(ctx, { ...reading, receivedAt });
    case "status_alias":
      return applyStatusAlias(ctx, reading.ids);
    case "reversal_result":
      return applyReversalResult(ctx, { ...reading, refundId: reading.withdrawalId, receivedAt });
    case "reversal_timeout":
      return applyReversalTimeout(ctx, { ...reading, refundId: reading.withdrawalId, receivedAt });
    case "reversal_alias":
      return applyReversalAlias(ctx, reading.ids);
    case "c2b_confirmation":
      return applyC2bConfirmation(ctx, { ...reading, receivedAt });
    case "malformed":
      return { outcome: "malformed", note: reading.note, subjectId: null };
    default:
      return unreachable(reading);
  }
}

/** The headers that were kept with the message. */
function headersOf({ headers }: Pick<Message, "headers">): Headers {
  const kept = typeof headers === "object" && headers !== null ? Object.entries(headers) : [];
  return new Headers(kept.map(([name, value]): [string, string] => [name, String(value)]));
}
