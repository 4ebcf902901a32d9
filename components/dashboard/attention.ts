/** What the dashboard is given beside the queue: messages, jobs and checks that want a look. */
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
