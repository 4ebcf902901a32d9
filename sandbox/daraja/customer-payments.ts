import type { CustomerPayment } from "./customer-payment";

/** Every payment of a customer to a shortcode, in whatever way it was made. */
export class CustomerPayments {
  #byReceipt = new Map<string, CustomerPayment>();
  #byShortcode = new Map<string, CustomerPayment[]>();

  add(payment: CustomerPayment): CustomerPayment {
    this.#byReceipt.set(payment.receipt, payment);
    const others = this.#byShortcode.get(payment.shortcode);
    if (others) others.push(payment);
    else this.#byShortcode.set(payment.shortcode, [payment]);
    return payment;
  }

  find(receipt: string): CustomerPayment | undefined {
    return this.#byReceipt.get(receipt);
  }

  /** One that has been paid to this shortcode. */
  findPaid(receipt: string, shortcode: string): CustomerPayment | undefined {
    const payment = this.#byReceipt.get(receipt);
    const isPaidHere = payment?.state === "completed" && payment.shortcode === shortcode;
    return isPaidHere ? payment : undefined;
  }

  /** Oldest first. */
  all(): Iterable<CustomerPayment> {
    return this.#byReceipt.values();
  }

  /** Those to one shortcode, in the order in which they began. */
  to(shortcode: string): readonly CustomerPayment[] {
    return this.#byShortcode.get(shortcode) ?? [];
  }

  reset(): void {
    this.#byReceipt.clear();
    this.#byShortcode.clear();
  }
}
