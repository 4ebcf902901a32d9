/** One line of a statement. */
export type StatementRow = {
  receipt: string;
  completedAtMs: number;
  initiatedAtMs: number;
  details: string;
  /** Above zero what came in, below what went out. */
  changeCents: bigint;
  balanceCents: bigint;
  reasonType: string;
  otherParty: string;
  /** The account number a customer typed or was asked for. */
  reference: string;
};
