import type { CallbackRules } from "@/sandbox/callbacks/callback-script";
import type { CallbackOutbox } from "@/sandbox/callbacks/outbox";
import type { Mailbox } from "@/sandbox/email/mailbox";
import { foldEmail } from "@/sandbox/kit/email";
import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SeededIds } from "@/sandbox/kit/ids";
import { toGroupedShillings } from "@/sandbox/kit/money";
import type { ProviderLedger } from "@/sandbox/ledger";
import type { SettingsStore } from "@/sandbox/settings";
import type { Merchant } from "./merchants";
import { buildPayoutCallback, type PayoutEvent } from "./payout-callback";
import { payoutMagicOf } from "./payout-magic";
import type { VoucherPayout } from "./voucher-payout";
import type { PayoutProblem, Voucher, VoucherStore } from "./voucher-store";

type DeskDeps = {
  clock: SandboxClock;
  ids: () => SeededIds;
  settings: SettingsStore;
  vouchers: VoucherStore;
  ledger: ProviderLedger;
  mailbox: Mailbox;
  outbox: CallbackOutbox;
  callbackRules: CallbackRules;
};

export type PayoutOrder = Pick<
  VoucherPayout,
  "uniqueId" | "email" | "amountCents" | "message" | "callbackUrl"
> & {
  merchant: Merchant;
  /** The exact code, for tests that need one they know. */
  code?: string | undefined;
};

const KIND_OF = {
  "voucher.created": "voucher_created",
  "voucher.redeemed": "voucher_redeemed",
} as const;

/** Sends vouchers to customers: debits the merchant, makes the code, mails it, tells the merchant. */
export class VoucherPayoutDesk {
  #payouts = new Map<string, VoucherPayout>();
  #firstByReference = new Map<string, VoucherPayout>();
  #triedReferences = new Set<string>();

  constructor(readonly deps: DeskDeps) {}

  find(code: string): VoucherPayout | undefined {
    return this.#payouts.get(code);
  }

  /** The first voucher a merchant made under this reference. */
  findByReference(merchantId: string, uniqueId: string): VoucherPayout | undefined {
    return this.#firstByReference.get(referenceKey(merchantId, uniqueId));
  }

  all(): Iterable<VoucherPayout> {
    return this.#payouts.values();
  }

  /** Whether this reference is tried for the first time; without one, every try is a first one. */
  isFirstTry(merchantId: string, uniqueId: string | null): boolean {
    if (uniqueId === null) return true;
    const key = referenceKey(merchantId, uniqueId);
    if (this.#triedReferences.has(key)) return false;
    this.#triedReferences.add(key);
    return true;
  }

  /** Makes the voucher, takes its amount from the wallet and mails it. Checks nothing. */
  issue(order: PayoutOrder): VoucherPayout {
    const { merchant, code, ...details } = order;
    const payout = this.adopt({
      ...details,
      code: code ?? `NLV-${this.deps.ids().code(16)}`,
      merchantId: merchant.id,
      transactionId: this.deps.ids().code(10),
      createdAtMs: this.deps.clock.nowMs(),
      callbackMagic: payoutMagicOf(order.email).callbacks ?? {},
    });
    this.deps.mailbox.add({
      id: this.deps.ids().serial("mail"),
      to: payout.email,
      subject: `${merchant.name} sent you KES ${toGroupedShillings(payout.amountCents)}`,
      from: merchant.name,
      amountCents: payout.amountCents,
      code: payout.code,
      message: payout.message,
      atMs: payout.createdAtMs,
    });
    return payout;
  }

  /** Takes over a payout that was mailed elsewhere: the voucher and the debit, without an e-mail. */
  adopt(payout: VoucherPayout): VoucherPayout {
    const { clock, settings, vouchers, ledger } = this.deps;
    vouchers.add({
      code: payout.code,
      kind: "payout",
      merchantId: payout.merchantId,
      amountCents: payout.amountCents,
      paymentId: null,
      sessionId: null,
      receipt: null,
      createdAtMs: payout.createdAtMs,
      expiresAtMs: payout.createdAtMs + settings.current.voucherLifetimeMs,
      redeemedAtMs: null,
      redeemedBy: null,
      redemptionCallbackUrl: null,
    });
    ledger.post(clock.nowMs(), {
      merchantId: payout.merchantId,
      kind: "voucher_issued",
      walletCents: -payout.amountCents,
      floatCents: payout.amountCents,
      voucherCode: payout.code,
    });
    this.#payouts.set(payout.code, payout);
    if (payout.uniqueId !== null) {
      const key = referenceKey(payout.merchantId, payout.uniqueId);
      if (!this.#firstByReference.has(key)) this.#firstByReference.set(key, payout);
    }
    return payout;
  }

  /** Sends `voucher.created`; waits for it only where a script wants it before the answer. */
  async announceCreated(payout: VoucherPayout): Promise<void> {
    await this.#announce(payout, "voucher.created", {
      delayMs: this.deps.settings.current.voucherCreatedDelayMs,
    });
  }

  /** Burns the code for its customer and credits them. However many try together, one succeeds. */
  redeem(code: string): { payout: VoucherPayout; voucher: Voucher } | { problem: PayoutProblem } {
    const payout = this.#payouts.get(code);
    const redeemed = this.deps.vouchers.redeemAsCustomer(code, foldEmail(payout?.email ?? ""));
    if ("problem" in redeemed) return redeemed;
    if (!payout) throw new Error(`Voucher ${code} was sent to nobody`);
    this.deps.ledger.post(this.deps.clock.nowMs(), {
      merchantId: payout.merchantId,
      kind: "payout_redeemed",
      customerCents: payout.amountCents,
      customerEmail: foldEmail(payout.email),
      voucherCode: code,
    });
    void this.#announce(payout, "voucher.redeemed", {});
    return { payout, voucher: redeemed.voucher };
  }

  reset(): void {
    this.#payouts.clear();
    this.#firstByReference.clear();
    this.#triedReferences.clear();
  }

  async #announce(
    payout: VoucherPayout,
    event: PayoutEvent,
    timing: { delayMs?: number },
  ): Promise<void> {
    const { clock, settings, callbackRules, outbox } = this.deps;
    const url = payout.callbackUrl;
    if (url === null || !URL.canParse(url) || !settings.current.createVoucherCallbacks) return;
    const kind = KIND_OF[event];
    const subject = {
      voucherCode: payout.code,
      uniqueId: payout.uniqueId,
      email: foldEmail(payout.email),
    };
    const taken = callbackRules.take(kind, subject);
    const script = { ...timing, ...payout.callbackMagic, ...taken };
    const facts = { event, payout, script, settings: settings.current, nowMs: clock.nowMs() };
    const isAwaited = event === "voucher.created" && script.beforeAnswer === true;
    const record = outbox.enqueue({
      kind,
      ...subject,
      url,
      ...buildPayoutCallback(facts),
      script: isAwaited ? { ...script, hold: true } : script,
    });
    if (isAwaited && record.state === "held") await outbox.deliverNow(record);
  }
}

function referenceKey(merchantId: string, uniqueId: string): string {
  return `${merchantId} ${uniqueId}`;
}
