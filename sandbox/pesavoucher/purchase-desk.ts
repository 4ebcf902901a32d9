import type { CallbackScript, CallbackRules } from "@/sandbox/callbacks/callback-script";
import type { CallbackOutbox } from "@/sandbox/callbacks/outbox";
import type { FaultBook } from "@/sandbox/faults";
import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SeededIds } from "@/sandbox/kit/ids";
import type { ProviderLedger } from "@/sandbox/ledger";
import type { PhoneNetwork, PromptOutcome, PromptResult } from "@/sandbox/phone/phone-network";
import type { SettingsStore } from "@/sandbox/settings";
import { magicOf, NO_MAGIC, type Magic } from "./magic";
import type { Purchase, PurchaseOrder, PurchaseState } from "./purchase";
import { buildPurchaseCallback } from "./purchase-callback";
import type { VoucherStore } from "./voucher-store";

type DeskDeps = {
  clock: SandboxClock;
  ids: () => SeededIds;
  settings: SettingsStore;
  phones: PhoneNetwork;
  vouchers: VoucherStore;
  ledger: ProviderLedger;
  outbox: CallbackOutbox;
  callbackRules: CallbackRules;
  faults: FaultBook;
};

const STATE_AFTER: Readonly<Record<Exclude<PromptOutcome, "approved">, PurchaseState>> = {
  cancelled: "CANCELLED",
  timed_out: "TIMEOUT",
  no_funds: "FAILED",
  wrong_pin: "FAILED",
  pin_locked: "FAILED",
  withdrawn: "FAILED",
};

/** Sells vouchers: asks the phone for the money, makes the code, tells the merchant. */
export class PurchaseDesk {
  #purchases = new Map<string, Purchase>();

  constructor(readonly deps: DeskDeps) {}

  find(id: string): Purchase | undefined {
    return this.#purchases.get(id);
  }

  all(): Iterable<Purchase> {
    return this.#purchases.values();
  }

  /** Starts a purchase: the prompt goes to the phone and the payment is PENDING. */
  start(order: PurchaseOrder): Purchase {
    const purchase = this.#record(order);
    const magic = magicOf(purchase);
    const prompt = this.deps.phones.requestPrompt({
      msisdn: order.msisdn,
      business: "PESAVOUCHER",
      reference: order.merchant.name,
      payee: "business:PESAVOUCHER",
      amountCents: order.amountCents,
      behaviour: magic.behaviour === "ask" ? undefined : magic.behaviour,
      onResult: (result) => this.#onPromptResult(purchase, magic, result),
    });
    purchase.promptId = prompt.id;
    return purchase;
  }

  /** Records a purchase that is paid already, without any handset: for tests that skip the page. */
  sell(order: PurchaseOrder, options: { code?: string | undefined } = {}): Purchase {
    const purchase = this.#record(order);
    purchase.receipt = this.deps.ids().receipt(this.deps.clock.nowMs());
    this.#succeed(purchase, NO_MAGIC, this.#takeScript(purchase, NO_MAGIC), options.code);
    return purchase;
  }

  /** The customer went back to the shop. */
  markReturned(purchase: Purchase): void {
    purchase.returnedAtMs ??= this.deps.clock.nowMs();
    this.deps.outbox.customerReturned(purchase.id);
  }

  reset(): void {
    this.#purchases.clear();
  }

  #record(order: PurchaseOrder): Purchase {
    const { merchant, ...details } = order;
    const purchase: Purchase = {
      ...details,
      id: this.deps.ids().uuid(),
      merchantId: merchant.id,
      merchantName: merchant.name,
      state: "PENDING",
      failure: null,
      receipt: null,
      voucherCode: null,
      promptId: null,
      returnAppend: null,
      createdAtMs: this.deps.clock.nowMs(),
      finishedAtMs: null,
      returnedAtMs: null,
    };
    this.#purchases.set(purchase.id, purchase);
    return purchase;
  }

  #onPromptResult(purchase: Purchase, magic: Magic, result: PromptResult): void {
    const script = this.#takeScript(purchase, magic);
    if (result.outcome !== "approved") {
      this.#fail(purchase, result.outcome, script);
      return;
    }
    purchase.receipt = result.receipt;
    const { failFirstMs, ...rest } = script;
    if (failFirstMs === undefined) {
      this.#succeed(purchase, magic, rest);
      return;
    }
    this.#fail(purchase, "technical", {});
    this.deps.clock.schedule(failFirstMs, () => this.#succeed(purchase, magic, rest));
  }

  #takeScript(purchase: Purchase, magic: Magic): CallbackScript {
    const taken = this.deps.callbackRules.take("purchase", {
      paymentId: purchase.id,
      sessionId: purchase.sessionId,
      voucherCode: null,
    });
    const script = { ...magic.script, ...taken };
    if (magic.callbackLie === "double_amount") script.amountCents ??= purchase.amountCents * 2n;
    if (magic.callbackLie === "unknown_session") script.sessionId ??= this.deps.ids().uuid();
    return script;
  }

  #succeed(purchase: Purchase, magic: Magic, script: CallbackScript, code?: string): void {
    const nowMs = this.deps.clock.nowMs();
    const voucherCode = code ?? `${purchase.prefix}-${this.deps.ids().code(16)}`;
    const lifetimeMs = magic.expiresAtOnce ? 0 : this.deps.settings.current.voucherLifetimeMs;
    this.deps.vouchers.add({
      code: voucherCode,
      kind: "purchase",
      merchantId: purchase.merchantId,
      amountCents: purchase.amountCents,
      paymentId: purchase.id,
      sessionId: purchase.sessionId,
      receipt: purchase.receipt,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + lifetimeMs,
      redeemedAtMs: null,
      redeemedBy: null,
      redemptionCallbackUrl: null,
    });
    this.deps.ledger.post(nowMs, {
      merchantId: purchase.merchantId,
      kind: "voucher_sold",
      takenCents: purchase.amountCents,
      walletCents: 0n,
      floatCents: 0n,
      voucherCode,
      paymentId: purchase.id,
      receipt: purchase.receipt,
    });
    for (const fault of magic.faults) {
      this.deps.faults.add(this.deps.ids().serial("flt"), { ...fault, voucherCode });
    }
    purchase.state = "SUCCESS";
    purchase.failure = null;
    purchase.voucherCode = voucherCode;
    purchase.finishedAtMs = nowMs;
    purchase.returnAppend = script.returnAppend ?? null;
    this.#notify(purchase, script);
  }

  #fail(purchase: Purchase, failure: Purchase["failure"], script: CallbackScript): void {
    purchase.failure = failure;
    purchase.state = failure === null || failure === "technical" ? "FAILED" : STATE_AFTER[failure];
    purchase.finishedAtMs = this.deps.clock.nowMs();
    this.#notify(purchase, script);
  }

  #notify(purchase: Purchase, script: CallbackScript): void {
    if (purchase.callbackUrl === null) return;
    // Somebody who has left already will not press the return button again.
    const hasLeft = purchase.returnedAtMs !== null && script.afterReturnMs !== undefined;
    const timing: CallbackScript = hasLeft
      ? { ...script, delayMs: script.afterReturnMs, afterReturnMs: undefined }
      : script;
    const built = buildPurchaseCallback({
      purchase,
      script,
      settings: this.deps.settings.current,
      nowMs: this.deps.clock.nowMs(),
    });
    this.deps.outbox.enqueue({
      kind: "purchase",
      paymentId: purchase.id,
      sessionId: purchase.sessionId,
      voucherCode: purchase.voucherCode,
      url: purchase.callbackUrl,
      ...built,
      script: timing,
    });
  }
}
