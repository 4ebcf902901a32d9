type Rule = {
  id: string;
  originatorConversationId?: string | undefined;
  times?: number | undefined;
  timesPlayed: number;
};

/**
 * Rules in the order they came. Those meant for one payout are found by its id, so that a run with
 * thousands of them does not read them all at every call.
 */
export class RuleShelf<R extends Rule> {
  #placed = new Map<string, { rule: R; place: number }>();
  #general = new Map<string, R>();
  #byConversation = new Map<string, Map<string, R>>();
  #places = 0;

  add(rule: R): R {
    this.#places += 1;
    this.#placed.set(rule.id, { rule, place: this.#places });
    const { originatorConversationId } = rule;
    if (originatorConversationId === undefined) {
      this.#general.set(rule.id, rule);
      return rule;
    }
    const own = this.#byConversation.get(originatorConversationId) ?? new Map<string, R>();
    this.#byConversation.set(originatorConversationId, own.set(rule.id, rule));
    return rule;
  }

  list(): R[] {
    return [...this.#placed.values()].map(({ rule }) => rule);
  }

  /** The rules meant for this payout and those meant for any, oldest first. */
  about(originatorConversationId: string | null | undefined): R[] {
    const general = [...this.#general.values()];
    const own = this.#byConversation.get(originatorConversationId ?? "");
    if (own === undefined) return general;
    return [...general, ...own.values()].sort(
      (left, right) => this.#placeOf(left) - this.#placeOf(right),
    );
  }

  /** Counts a rule as played once more, and drops it when it has played often enough. */
  countPlayed(rule: R): void {
    rule.timesPlayed += 1;
    if (rule.times !== undefined && rule.timesPlayed >= rule.times) this.remove(rule.id);
  }

  /** Removes one rule, or all of them. Returns how many went. */
  remove(id?: string): number {
    if (id === undefined) {
      const count = this.#placed.size;
      this.#placed.clear();
      this.#general.clear();
      this.#byConversation.clear();
      return count;
    }
    const found = this.#placed.get(id);
    if (!found) return 0;
    this.#placed.delete(id);
    this.#general.delete(id);
    this.#removeOwn(found.rule);
    return 1;
  }

  #removeOwn({ id, originatorConversationId }: R): void {
    if (originatorConversationId === undefined) return;
    const own = this.#byConversation.get(originatorConversationId);
    own?.delete(id);
    if (own?.size === 0) this.#byConversation.delete(originatorConversationId);
  }

  #placeOf(rule: R): number {
    return this.#placed.get(rule.id)?.place ?? 0;
  }
}
