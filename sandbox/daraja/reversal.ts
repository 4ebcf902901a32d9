export type ReversalOrder = {
  /** The payment that is to go back. */
  originalReceipt: string;
  amountCents: bigint;
  /** What requests call ReceiverParty: who got the money. */
  shortcode: string;
  initiator: string;
  securityCredential: string;
  remarks: string;
  occasion: string;
  resultUrl: string;
  timeoutUrl: string;
};

/** A payment on its way back to whoever made it, as the provider remembers it. */
export type Reversal = Omit<ReversalOrder, "initiator" | "securityCredential"> & {
  originatorConversationId: string;
  conversationId: string;
  /** Who paid; null where nobody knows the payment. */
  msisdn: string | null;
  /** Money moves in the moment it becomes `completed`, and never otherwise. */
  state: "pending" | "completed" | "failed";
  /** As text, because some codes have letters; null while pending. */
  resultCode: string | null;
  resultDesc: string | null;
  /** A new one: a reversal is a transaction of its own. */
  receipt: string | null;
  createdAtMs: number;
  endedAtMs: number | null;
};

export type ReversalEnd = {
  /** Left out: what would have come of it anyway. */
  resultCode?: string | undefined;
  /** Left out: the usual words of the code. */
  resultDesc?: string | undefined;
};

/** Money that is no longer there: only the words tell it from a shortcode that is short. */
export const REVERSAL_SPENT = {
  resultCode: "1",
  resultDesc: "The transaction cannot be reversed: the receiver has already spent the funds.",
} as const;
