import { foldEmail, localPartOf } from "@/sandbox/kit/email";

/**
 * Who has an account with the simulated provider: everybody, except e-mails that begin with
 * “unknown” and those a test has made forgotten.
 */
export class CustomerRegister {
  #forgotten = new Set<string>();
  #registered = new Set<string>();

  knows(email: string): boolean {
    const folded = foldEmail(email);
    if (this.#registered.has(folded)) return true;
    return !this.#forgotten.has(folded) && !localPartOf(folded).startsWith("unknown");
  }

  register(email: string): void {
    this.#registered.add(foldEmail(email));
  }

  forget(email: string): void {
    this.#registered.delete(foldEmail(email));
    this.#forgotten.add(foldEmail(email));
  }

  reset(): void {
    this.#forgotten.clear();
    this.#registered.clear();
  }
}
