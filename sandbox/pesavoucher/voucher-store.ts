import type { SandboxClock } from "@/sandbox/kit/clock";

export type VoucherKind = "purchase" | "payout";
export type VoucherState = "active" | "redeemed" | "expired";

export type Voucher = {
  code: string;
  kind: VoucherKind;
  merchantId: string;
  amountCents: bigint;
  paymentId: string | null;
  sessionId: string | null;
  receipt: string | null;
  createdAtMs: number;
  expiresAtMs: number;
  redeemedAtMs: number | null;
  redeemedBy: string | null;
  redemptionCallbackUrl: string | null;
};

export type VoucherProblem =
  "not_found" | "only_redeemable" | "wrong_merchant" | "redeemed" | "expired";

/** Why a customer cannot redeem a code on the provider's own page. */
export type PayoutProblem = "not_found" | "for_a_shop" | "redeemed" | "expired";

/** What the provider's own page says about it: all of it is this sandbox's words. */
export const PAYOUT_PROBLEM_TEXTS: Readonly<Record<PayoutProblem, string>> = {
  not_found: "No voucher has this code.",
  for_a_shop: "This code was bought for a shop. Type it there, not here.",
  redeemed: "This voucher was redeemed before.",
  expired: "This voucher has expired.",
};

/** Only the first is quoted by the provider; of the others the documents give fragments or nothing. */
export const VOUCHER_PROBLEM_TEXTS: Readonly<Record<VoucherProblem, string>> = {
  redeemed: "Voucher already redeemed",
  not_found: "Voucher not found",
  only_redeemable: "This voucher is only redeemable on pesavoucher.com",
  wrong_merchant: "This voucher does not belong to your merchant account",
  expired: "Voucher has expired",
};

/** Every voucher ever sold or issued, by code. */
export class VoucherStore {
  #vouchers = new Map<string, Voucher>();

  constructor(readonly clock: SandboxClock) {}

  add(voucher: Voucher): Voucher {
    if (this.#vouchers.has(voucher.code)) throw new Error(`Voucher ${voucher.code} exists already`);
    this.#vouchers.set(voucher.code, voucher);
    return voucher;
  }

  find(code: string): Voucher | undefined {
    return this.#vouchers.get(code);
  }

  all(): Iterable<Voucher> {
    return this.#vouchers.values();
  }

  stateOf(voucher: Voucher): VoucherState {
    if (voucher.redeemedAtMs !== null) return "redeemed";
    return voucher.expiresAtMs <= this.clock.nowMs() ? "expired" : "active";
  }

  /** The voucher when this merchant can redeem it, else why not. Changes nothing. */
  check(code: string, merchantId: string): { voucher: Voucher } | { problem: VoucherProblem } {
    const voucher = this.#vouchers.get(code);
    if (!voucher) return { problem: "not_found" };
    if (voucher.kind === "payout") return { problem: "only_redeemable" };
    if (voucher.merchantId !== merchantId) return { problem: "wrong_merchant" };
    const state = this.stateOf(voucher);
    return state === "active" ? { voucher } : { problem: state };
  }

  /** Burns the code. Nothing waits between the check and the mark, so one of many callers wins. */
  redeem(order: {
    code: string;
    merchantId: string;
    redeemedBy: string | null;
    callbackUrl: string | null;
  }): { voucher: Voucher } | { problem: VoucherProblem } {
    const checked = this.check(order.code, order.merchantId);
    if ("problem" in checked) return checked;
    checked.voucher.redeemedAtMs = this.clock.nowMs();
    checked.voucher.redeemedBy = order.redeemedBy;
    checked.voucher.redemptionCallbackUrl = order.callbackUrl;
    return checked;
  }

  /** Burns a code its customer redeems, once; codes bought for a shop are that shop's to redeem. */
  redeemAsCustomer(code: string, email: string): { voucher: Voucher } | { problem: PayoutProblem } {
    const checked = this.checkAsCustomer(code);
    if ("problem" in checked) return checked;
    checked.voucher.redeemedAtMs = this.clock.nowMs();
    checked.voucher.redeemedBy = email;
    return checked;
  }

  /** The voucher when a customer can redeem it here, else why not. Changes nothing. */
  checkAsCustomer(code: string): { voucher: Voucher } | { problem: PayoutProblem } {
    const voucher = this.#vouchers.get(code);
    if (!voucher) return { problem: "not_found" };
    if (voucher.kind !== "payout") return { problem: "for_a_shop" };
    const state = this.stateOf(voucher);
    return state === "active" ? { voucher } : { problem: state };
  }

  reset(): void {
    this.#vouchers.clear();
  }
}
