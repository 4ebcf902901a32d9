import type { z } from "zod";
import type { CallbackRecord } from "@/sandbox/callbacks/outbox";
import type { SentEmail } from "@/sandbox/email/mailbox";
import type { Purchase } from "@/sandbox/pesavoucher/purchase";
import { withId, withQuery } from "./control-caller";
import type { createVoucherSchema, startPaymentSchema } from "./control-schemas";
import { MpesaControl } from "./mpesa-control";
import type { LedgerView } from "./view-ledger";
import type { VoucherView } from "./view-voucher";
import type { PayoutVoucherView } from "./view-voucher-payout";
import type {
  emailFilterSchema,
  forgeVoucherCreatedSchema,
  merchantBalanceSchema,
  payoutVoucherFilterSchema,
} from "./voucher-payout-schemas";

export type CreateVoucherInput = z.input<typeof createVoucherSchema>;
export type StartPaymentInput = z.input<typeof startPaymentSchema>;
export type PayoutVoucherFilter = Omit<z.input<typeof payoutVoucherFilterSchema>, "limit"> & {
  limit?: number;
};
export type EmailFilter = Omit<z.input<typeof emailFilterSchema>, "limit"> & { limit?: number };
export type MerchantBalance = z.input<typeof merchantBalanceSchema>;
export type ForgeVoucherCreatedInput = z.input<typeof forgeVoucherCreatedSchema>;
export type ListFilter = {
  merchantId?: string | undefined;
  sessionId?: string | undefined;
  state?: string | undefined;
  limit?: number | undefined;
};

/** The part of the control client about PesaVoucher: codes, purchases, vouchers to customers, and its books. */
export class PesavoucherControl extends MpesaControl {
  /** Makes a voucher without page or phone; with `callbackUrl` the purchase callback is sent. */
  createVoucher(
    input: CreateVoucherInput,
  ): Promise<{ voucher: VoucherView; payment: Purchase | null }> {
    return this.call("POST", "/vouchers", input);
  }

  /** Vouchers with their state, oldest first. */
  vouchers(filter: ListFilter = {}): Promise<VoucherView[]> {
    return this.call("GET", withQuery("/vouchers", filter));
  }

  /** One voucher with its state. */
  voucher(code: string): Promise<VoucherView> {
    return this.call("GET", withId("/vouchers", code));
  }

  /** Starts a purchase as the hosted page does: PENDING, with a prompt on the phone. */
  startPayment(input: StartPaymentInput): Promise<Purchase> {
    return this.call("POST", "/payments", input);
  }

  /** Payments, oldest first; `state` is PENDING, SUCCESS, FAILED, CANCELLED or TIMEOUT. */
  payments(filter: ListFilter = {}): Promise<Purchase[]> {
    return this.call("GET", withQuery("/payments", filter));
  }

  /** One payment. */
  payment(id: string): Promise<Purchase> {
    return this.call("GET", withId("/payments", id));
  }

  /** Vouchers sent to customers with `create_voucher`, oldest first. */
  payoutVouchers(filter: PayoutVoucherFilter = {}): Promise<PayoutVoucherView[]> {
    return this.call("GET", withQuery("/payout-vouchers", filter));
  }

  /** Redeems a voucher as its customer does on the page; throws when it cannot be redeemed. */
  redeemPayout(code: string): Promise<PayoutVoucherView> {
    return this.call("POST", `${withId("/payout-vouchers", code)}/redeem`);
  }

  /** E-mails the simulated provider sent, oldest first. */
  emails(filter: EmailFilter = {}): Promise<SentEmail[]> {
    return this.call("GET", withQuery("/emails", filter));
  }

  /** From now on this e-mail belongs to nobody: `User not found`, or an account is made for it. */
  forgetCustomer(email: string): Promise<{ ok: boolean }> {
    return this.call("POST", "/customers/forget", { email });
  }

  /** Sets a merchant's wallet, from which vouchers to customers are paid. */
  setMerchantBalance(input: MerchantBalance): Promise<{ merchantId: string; walletCents: bigint }> {
    return this.call("POST", "/merchant-balance", input);
  }

  /** Sends the callback of a voucher that was never made, waits for its answer, returns the record. */
  sendForgedVoucherCreated(input: ForgeVoucherCreatedInput): Promise<CallbackRecord> {
    return this.call("POST", "/payout-vouchers/forge", input);
  }

  /** The provider's books: totals per merchant and entries (`limit: 0` for totals alone). */
  ledger(filter: { merchantId?: string; limit?: number } = {}): Promise<LedgerView> {
    return this.call("GET", withQuery("/ledger", filter));
  }
}
