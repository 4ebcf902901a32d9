/** `v1` makes the OriginatorConversationID itself; with `v3` the caller brings it. */
export type PayoutVersion = "v1" | "v3";

export type PayoutOrder = {
  version: PayoutVersion;
  /** Left out, the provider makes one. */
  originatorConversationId?: string | undefined;
  /** What requests call PartyA. */
  shortcode: string;
  initiator: string;
  securityCredential: string;
  msisdn: string;
  amountCents: bigint;
  commandId: string;
  remarks: string;
  occasion: string;
  resultUrl: string;
  timeoutUrl: string;
};

/** Money on its way from an organisation to a phone, as the provider remembers it. */
export type Payout = Omit<
  PayoutOrder,
  "originatorConversationId" | "initiator" | "securityCredential"
> & {
  originatorConversationId: string;
  conversationId: string;
  /** Money moves in the moment it becomes `completed`, and never otherwise. */
  state: "pending" | "completed" | "failed";
  /** As text, because some codes have letters; null while pending. */
  resultCode: string | null;
  resultDesc: string | null;
  receipt: string | null;
  createdAtMs: number;
  endedAtMs: number | null;
};

export type PayoutEnd = {
  /** Left out: what would have come of it anyway. */
  resultCode?: string | undefined;
  /** Left out: the usual words of the code. */
  resultDesc?: string | undefined;
};
