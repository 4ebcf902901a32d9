export type MpesaTransferKind = "opening" | "adjusted" | "paid" | "charge";

/** One movement of money between two M-Pesa accounts; nothing else changes a balance. */
export type MpesaTransfer = {
  seq: number;
  atMs: number;
  kind: MpesaTransferKind;
  /** Such as `phone:254712345678`, `shortcode:174379`, `utility:600998`, or `outside`. */
  from: string;
  to: string;
  amountCents: bigint;
  /** Only payments have one, and no two share it. */
  receipt: string | null;
  /** The account reference of a payment, the OriginatorConversationID of a payout. */
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
};

/** Where the money of all wallets comes from, so that the balances of all accounts add up to zero. */
export const OUTSIDE = "outside";

/** M-Pesa's own books over every wallet and till: money moves, it is never made or lost. */
export class MpesaBooks {
  #transfers: MpesaTransfer[] = [];
  #balances = new Map<string, MpesaAccountBalance>();
  #receipts = new Set<string>();

  transfer(order: Omit<MpesaTransfer, "seq">): MpesaTransfer {
    if (order.amountCents < 0n) throw new RangeError("Money does not flow backwards");
    if (order.receipt !== null) {
      if (this.#receipts.has(order.receipt)) throw new Error(`Receipt ${order.receipt} twice`);
      this.#receipts.add(order.receipt);
    }
    const transfer: MpesaTransfer = { ...order, seq: this.#transfers.length + 1 };
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
    };
    this.#balances.set(account, balance);
    return balance;
  }

  balances(): MpesaAccountBalance[] {
    return [...this.#balances.values()];
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
