export type MpesaTransferKind = "opening" | "adjusted" | "paid" | "charge" | "reversal";

/** One movement of money between two M-Pesa accounts; nothing else changes a balance. */
export type MpesaTransfer = {
  seq: number;
  atMs: number;
  kind: MpesaTransferKind;
  /** Such as `phone:254712345678`, `shortcode:174379`, `utility:600998`, or `outside`. */
  from: string;
  to: string;
  amountCents: bigint;
  /** Only payments and reversals have one, and no two share it. */
  receipt: string | null;
  /** Of a reversal or a charge: the receipt of the payment it is about. */
  originalReceipt: string | null;
  /** The account reference of a payment, the OriginatorConversationID of a payout or a reversal. */
  reference: string | null;
};

export type MpesaAccountBalance = {
  account: string;
  balanceCents: bigint;
  /** What came in by payments, and how many. */
  receivedCents: bigint;
  receivedCount: number;
  /** What went out by payments, and how many. */
  sentCents: bigint;
  sentCount: number;
  /** What went back to whoever had paid it, and how often. */
  reversedCents: bigint;
  reversedCount: number;
};

/** A transfer to be booked; of a payment there is no receipt but its own. */
export type MpesaTransferOrder = Omit<MpesaTransfer, "seq" | "originalReceipt"> & {
  originalReceipt?: string | null | undefined;
};

/** Where the money of all wallets comes from, so that the balances of all accounts add up to zero. */
export const OUTSIDE = "outside";

/** M-Pesa's own books over every wallet and till: money moves, it is never made or lost. */
export class MpesaBooks {
  #transfers: MpesaTransfer[] = [];
  #balances = new Map<string, MpesaAccountBalance>();
  #receipts = new Set<string>();

  transfer(order: MpesaTransferOrder): MpesaTransfer {
    if (order.amountCents < 0n) throw new RangeError("Money does not flow backwards");
    if (order.receipt !== null) {
      if (this.#receipts.has(order.receipt)) throw new Error(`Receipt ${order.receipt} twice`);
      this.#receipts.add(order.receipt);
    }
    const transfer: MpesaTransfer = {
      ...order,
      originalReceipt: order.originalReceipt ?? null,
      seq: this.#transfers.length + 1,
    };
    const to = this.balanceOf(order.to);
    const from = this.balanceOf(order.from);
    from.balanceCents -= order.amountCents;
    to.balanceCents += order.amountCents;
    if (order.kind === "paid") {
      to.receivedCents += order.amountCents;
      to.receivedCount += 1;
      from.sentCents += order.amountCents;
      from.sentCount += 1;
    }
    if (order.kind === "reversal") {
      from.reversedCents += order.amountCents;
      from.reversedCount += 1;
    }
    this.#transfers.push(transfer);
    return transfer;
  }

  balanceOf(account: string): MpesaAccountBalance {
    const found = this.#balances.get(account);
    if (found) return found;
    const balance = {
      account,
      balanceCents: 0n,
      receivedCents: 0n,
      receivedCount: 0,
      sentCents: 0n,
      sentCount: 0,
      reversedCents: 0n,
      reversedCount: 0,
    };
    this.#balances.set(account, balance);
    return balance;
  }

  balances(): MpesaAccountBalance[] {
    return [...this.#balances.values()];
  }

  /** Oldest first, those that change one of these accounts. */
  transfersOf(accounts: ReadonlySet<string>): MpesaTransfer[] {
    return this.#transfers.filter(({ from, to }) => accounts.has(from) || accounts.has(to));
  }

  /** Oldest first, the newest `limit` of them. */
  transfers(limit: number): MpesaTransfer[] {
    return limit === 0 ? [] : this.#transfers.slice(-limit);
  }

  reset(): void {
    this.#transfers = [];
    this.#balances.clear();
    this.#receipts.clear();
  }
}
