type Order = {
  readonly originatorConversationId: string;
  readonly conversationId: string;
  /** Of the money that moved; null until it did. */
  readonly receipt: string | null;
};

/** The orders of one desk, found by whichever of M-Pesa's ids is told: each order has all of its own. */
export class OrderRegister<T extends Order> {
  #all: T[] = [];
  #byOriginator = new Map<string, T>();
  #byConversation = new Map<string, T>();
  #byReceipt = new Map<string, T>();

  add(order: T): void {
    this.#all.push(order);
    this.#byOriginator.set(order.originatorConversationId, order);
    this.#byConversation.set(order.conversationId, order);
  }

  /** From now on it is found by its receipt too. */
  noteReceipt(order: T, receipt: string): void {
    this.#byReceipt.set(receipt, order);
  }

  find(originatorConversationId: string): T | undefined {
    return this.#byOriginator.get(originatorConversationId);
  }

  findByConversation(conversationId: string): T | undefined {
    return this.#byConversation.get(conversationId);
  }

  findByReceipt(receipt: string): T | undefined {
    return this.#byReceipt.get(receipt);
  }

  /** Oldest first. */
  all(): readonly T[] {
    return this.#all;
  }

  reset(): void {
    this.#all = [];
    this.#byOriginator.clear();
    this.#byConversation.clear();
    this.#byReceipt.clear();
  }
}
