import { makeCtx } from "@/lib/context";
import type { Message } from "@/lib/generated/prisma/client";
import { applyPurchaseCallback, type Applied } from "@/lib/payments/apply-purchase-callback";
import { applyRedemptionCallback } from "@/lib/payments/apply-redemption-callback";
import {
  parsePurchaseCallback,
  parseRedemptionCallback,
} from "@/lib/providers/pesavoucher/callback";

const MALFORMED: Applied = {
  outcome: "malformed",
  note: "not readable as what this address expects",
  subjectId: null,
};

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
  const body = parseJson(message.body);
  switch (`${message.provider}:${message.kind}`) {
    case "pesavoucher:purchase": {
      const callback = parsePurchaseCallback(body);
      return callback ? applyPurchaseCallback(ctx, callback) : MALFORMED;
    }
    case "pesavoucher:redemption": {
      const callback = parseRedemptionCallback(body);
      const token = new URLSearchParams(message.query).get("token");
      return callback ? applyRedemptionCallback(ctx, callback, token) : MALFORMED;
    }
    default:
      return { ...MALFORMED, note: `no verb for ${message.provider}:${message.kind}` };
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
