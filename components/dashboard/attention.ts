/** Everything that waits for a person, as the dashboard is given it. */
export interface AttentionReview {
  readonly id: string;
  readonly direction: "in" | "out";
  readonly reason: string;
  readonly amount: string | null;
  readonly customer: string;
  readonly since: Date;
}

export interface AttentionMessage {
  readonly id: string;
  readonly provider: string;
  readonly kind: string;
  readonly outcome: string;
  readonly note: string;
  readonly receivedAt: Date;
  readonly repeats: number;
  /** The payment it is about; null when it is about none of ours. */
  readonly paymentId: string | null;
}

export interface DeadJob {
  readonly id: string;
  readonly task: string;
  readonly error: string;
  readonly attempts: number;
}

export interface InvariantRow {
  readonly name: string;
  readonly holds: boolean;
  readonly detail: string;
  readonly checkedAt: Date;
}
