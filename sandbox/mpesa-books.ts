export type MpesaTransferKind = "opening" | "adjusted" | "paid";

/** One movement of money between two M-Pesa accounts; nothing else changes a balance. */
export type MpesaTransfer = {
  seq: number;
  atMs: number;
  kind: MpesaTransferKind;
  /** `phone:254712345678`, `shortcode:174379`, `business:PESAVOUCHER`, or `outside`. */
  from: string;
  to: string;
  amountCents: bigint;
  /** Only payments have one, and no two share it. */
  receipt: string | null;
  /** The account reference of a payment. */
  reference: string | null;
};

export type MpesaAccountBalance = {
  account: string;
  balanceCents: bigint;
  /** What came in by payments, and how many. */
  receivedCents: bigint;
  receivedCount: number;
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
    this.balanceOf(order.from).balanceCents -= order.amountCents;
    to.balanceCents += order.amountCents;
    if (order.kind === "paid") {
      to.receivedCents += order.amountCents;
      to.receivedCount += 1;
    }
    this.#transfers.push(transfer);
    return transfer;
  }

  balanceOf(account: string): MpesaAccountBalance {
    const found = this.#balances.get(account);
    if (found) return found;
    const balance = { account, balanceCents: 0n, receivedCents: 0n, receivedCount: 0 };
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
