import { makeCtx } from "@/lib/context";
import type { Message } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import { applyPurchaseCallback, type Applied } from "@/lib/payments/apply-purchase-callback";
import { applyRedemptionCallback } from "@/lib/payments/apply-redemption-callback";
import { readMessage } from "./read-message";

/** Which verb handles which message: the one place where messages become verbs. */
export async function applyMessage(
  message: Pick<Message, "provider" | "kind" | "query" | "id"> & { body: Buffer },
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
    case "malformed":
      return { outcome: "malformed", note: reading.note, subjectId: null };
    default:
      return unreachable(reading);
  }
}
