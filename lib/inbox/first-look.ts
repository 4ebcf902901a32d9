import { keyedHash, sha256Hex } from "@/lib/crypto";
import type { MessageOutcome } from "@/lib/generated/prisma/client";
import { log } from "@/lib/log";
import type { Arrival } from "./message";
import { readMessage } from "./read-message";

/**
 * What can be said of a message while it is being stored. Whoever floods a callback address sends messages
 * about nothing of ours; closed at the door they cost one statement and never stand in line before a
 * customer's money.
 */
export interface FirstLook {
  /** How the message ends at once, whatever it is about. */
  readonly outcome: Extract<MessageOutcome, "quarantined" | "malformed"> | null;
  /** It is worked only if one of our deposits has this session. */
  readonly sessionHash: string | null;
  /** It is worked only if one of our claims has this code. */
  readonly codeHash: string | null;
  /** It is worked only if one of our prompts has this CheckoutRequestID. */
  readonly checkoutRequestId: string | null;
  /** It is worked only if one of our withdrawals has this reference, or the next id. */
  readonly payoutRef: string | null;
  readonly conversationId: string | null;
  /** The sentence for staff, if it is closed now. */
  readonly note: string | null;
}

const WORK_IT: FirstLook = {
  outcome: null,
  sessionHash: null,
  codeHash: null,
  checkoutRequestId: null,
  payoutRef: null,
  conversationId: null,
  note: null,
};

/** Looks at an arrival. Never throws: a message nobody could look at is stored and worked like any other. */
export function takeFirstLook(arrival: Arrival): FirstLook {
  if (arrival.quarantine !== null) {
    return { ...WORK_IT, outcome: "quarantined", note: arrival.quarantine };
  }
  try {
    return look(arrival);
  } catch (error) {
    log().error({ err: error, messageId: arrival.id }, "no first look at a message");
    return WORK_IT;
  }
}

function look(arrival: Arrival): FirstLook {
  const reading = readMessage(arrival);
  switch (reading.kind) {
    case "purchase":
      return {
        ...WORK_IT,
        sessionHash: sha256Hex(reading.callback.sessionId),
        note: "no deposit has this session",
      };
    case "redemption":
      return {
        ...WORK_IT,
        codeHash: keyedHash("voucher", reading.callback.code),
        note: "no claim has this code",
      };
    case "stk":
      return { ...WORK_IT, note: "no M-Pesa deposit has this id" };
    case "stk_alias":
      return {
        ...WORK_IT,
        checkoutRequestId: reading.callback.checkoutRequestId,
        note: "no deposit has this CheckoutRequestID",
      };
    case "voucher_created":
    case "b2c_result":
    case "b2c_timeout":
    case "status_result":
    case "status_timeout":
      return { ...WORK_IT, note: "no withdrawal has this id" };
    case "reversal_result":
    case "reversal_timeout":
      return { ...WORK_IT, note: "no refund has this id" };
    case "status_alias":
    case "reversal_alias":
      return {
        ...WORK_IT,
        payoutRef: reading.ids.originatorConversationId,
        conversationId: reading.ids.conversationId,
        note:
          reading.kind === "status_alias" ? "no withdrawal has this id" : "no refund has this id",
      };
    case "c2b_confirmation":
      // Money that is nobody's is kept too, so there is nothing it could fail to be about.
      return WORK_IT;
    case "malformed":
      return { ...WORK_IT, outcome: "malformed", note: reading.note };
  }
}
