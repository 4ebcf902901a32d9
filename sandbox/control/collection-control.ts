import type { z } from "zod";

import type { CallbackRecord } from "@/sandbox/callbacks/outbox";
import type { CollectionAddresses } from "@/sandbox/daraja/collection-urls";
import type { CustomerPayment } from "@/sandbox/daraja/customer-payment";
import type { PullRegistration } from "@/sandbox/daraja/pull-registrations";
import type {
  collectionUrlsSchema,
  externalValidationSchema,
  forgeConfirmationSchema,
  payByHandSchema,
  paymentFilterSchema,
} from "./collection-schemas";
import { ControlCaller, withId, withQuery } from "./control-caller";

export type PayByHandInput = z.input<typeof payByHandSchema>;
export type CustomerPaymentFilter = Omit<z.input<typeof paymentFilterSchema>, "limit"> & {
  limit?: number;
};
export type CollectionUrlsInput = z.input<typeof collectionUrlsSchema>;
export type ExternalValidation = z.input<typeof externalValidationSchema>;
export type ForgeConfirmationInput = z.input<typeof forgeConfirmationSchema>;

/** The part of the control client about what customers pay by themselves. */
export class CollectionControl extends ControlCaller {
  /**
   * Pays a business on a phone's own menu, asked by nobody. The receipt is there from the start;
   * where the shop is asked first, `state` says whether it wanted the money.
   */
  payByHand(input: PayByHandInput): Promise<CustomerPayment> {
    return this.call("POST", "/customer-payments", input);
  }

  /** What customers paid to shortcodes, by push, by hand or simulated, oldest first. */
  customerPayments(filter: CustomerPaymentFilter = {}): Promise<CustomerPayment[]> {
    return this.call("GET", withQuery("/customer-payments", filter));
  }

  /** One of them. */
  customerPayment(receipt: string): Promise<CustomerPayment> {
    return this.call("GET", withId("/customer-payments", receipt));
  }

  /** Where shortcodes hear of customers' payments. */
  collectionUrls(): Promise<CollectionAddresses[]> {
    return this.call("GET", "/collection-urls");
  }

  /** Registers addresses without asking the API, in any mode. */
  setCollectionUrls(input: CollectionUrlsInput): Promise<CollectionAddresses> {
    return this.call("PUT", "/collection-urls", input);
  }

  /** Removes the addresses of one shortcode, or of all. */
  clearCollectionUrls(shortcode?: string): Promise<{ removed: number }> {
    return this.call("DELETE", withId("/collection-urls", shortcode));
  }

  /** Whether a shortcode is asked about every payment before money moves; off at first. */
  setExternalValidation(input: ExternalValidation): Promise<{ shortcode: string; on: boolean }> {
    return this.call("PUT", "/external-validation", input);
  }

  /** Which shortcodes have registered for Pull. */
  pullRegistrations(): Promise<PullRegistration[]> {
    return this.call("GET", "/pull-registrations");
  }

  /** Sends the news of a payment that never was, waits for its answer, returns the record. */
  sendForgedConfirmation(input: ForgeConfirmationInput): Promise<CallbackRecord> {
    return this.call("POST", "/customer-payments/forge", input);
  }
}
