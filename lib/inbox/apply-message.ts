import { makeCtx } from "@/lib/context";
import type { Message } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import type { Applied } from "@/lib/payments/applied";
import { applyPurchaseCallback } from "@/lib/payments/apply-purchase-callback";
import { applyRedemptionCallback } from "@/lib/payments/apply-redemption-callback";
import { applyStkAlias } from "@/lib/payments/apply-stk-alias";
import { applyStkCallback } from "@/lib/payments/apply-stk-callback";
import { readShortcodeHeader } from "@/lib/providers/daraja/callback";
import { readMessage } from "./read-message";

/** Which verb handles which message: the one place where messages become verbs. */
export async function applyMessage(
  message: Pick<
    Message,
    "provider" | "kind" | "query" | "id" | "headers" | "addressee" | "secretHash"
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
  switch (reading.kind) {
    case "purchase":
      return applyPurchaseCallback(ctx, reading.callback);
    case "redemption": {
      const token = new URLSearchParams(message.query).get("token");
      return applyRedemptionCallback(ctx, reading.callback, token);
    }
    case "stk": {
      const shortcode = readShortcodeHeader(headersOf(message));
      return applyStkCallback(ctx, { ...reading, shortcode });
    }
    case "stk_alias":
      return applyStkAlias(ctx, reading.callback);
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
