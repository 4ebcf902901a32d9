/** How a payment began: with a prompt, on the phone's own menu, or at the simulate endpoint. */
export type PaidVia = "push" | "hand" | "simulate";

/** Money from a customer to a shortcode, as the provider remembers it. */
export type CustomerPayment = {
  /** Known from the start: it is the TransID that the shop is asked about, too. */
  receipt: string;
  via: PaidVia;
  /** Money moves in the moment it becomes `completed`, and never otherwise. */
  state: "validating" | "completed" | "refused";
  /** Why it was refused: the shop's own code, or 1 for a customer without the money. */
  refusalCode: string | null;
  shortcode: string;
  kind: "paybill" | "till";
  businessName: string;
  msisdn: string;
  /** The account number as the customer typed it; empty for a till. */
  reference: string;
  amountCents: bigint;
  /** What the shop called it when it was asked. */
  thirdPartyTransId: string;
  /** The push it was paid by. */
  checkoutRequestId: string | null;
  startedAtMs: number;
  paidAtMs: number | null;
  /** How much of it has gone back. */
  reversedCents: bigint;
};
