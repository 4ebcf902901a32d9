/** Everything a browser can hear. Each is a hint to read again; the API holds the truth. */
export type LiveEvent =
  | {
      type: "deposit_confirmed";
      payload: { deposit_id: string; amount: string; available: string; held: string };
    }
  | { type: "deposit_failed"; payload: { deposit_id: string; reason: string } }
  | { type: "deposit_changed"; payload: { deposit_id: string } }
  | {
      type: "deposit_refunded";
      payload: { deposit_id: string; refund_id: string; amount: string };
    }
  | {
      type: "withdrawal_paid";
      payload: { withdrawal_id: string; amount: string; available: string; held: string };
    }
  | {
      type: "withdrawal_failed";
      payload: { withdrawal_id: string; reason: string; available: string; held: string };
    }
  | { type: "withdrawal_changed"; payload: { withdrawal_id: string } }
  | { type: "balance"; payload: { available: string; held: string } };
