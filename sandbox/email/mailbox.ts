/** One e-mail the simulated provider sent. */
export type SentEmail = {
  id: string;
  to: string;
  subject: string;
  /** Who pays: the merchant's name. */
  from: string;
  amountCents: bigint;
  /** The voucher code its button redeems. */
  code: string;
  /** The merchant's own words to the customer. */
  message: string | null;
  atMs: number;
};

/** Every e-mail the simulated provider sent, in memory: nothing ever leaves this machine. */
export class Mailbox {
  #emails = new Map<string, SentEmail>();

  add(email: SentEmail): SentEmail {
    this.#emails.set(email.id, email);
    return email;
  }

  find(id: string): SentEmail | undefined {
    return this.#emails.get(id);
  }

  /** Oldest first; of one addressee when asked so, whatever the letter case. */
  list(filter: { to?: string | undefined } = {}): SentEmail[] {
    const wanted = filter.to?.trim().toLowerCase();
    return [...this.#emails.values()].filter(
      ({ to }) => wanted === undefined || to.toLowerCase() === wanted,
    );
  }

  reset(): void {
    this.#emails.clear();
  }
}
