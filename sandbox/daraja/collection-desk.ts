import type { CallbackRules, CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { CallbackOutbox, CallbackRecord } from "@/sandbox/callbacks/outbox";
import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SeededIds } from "@/sandbox/kit/ids";
import type { MpesaBooks } from "@/sandbox/mpesa-books";
import type { PhoneNetwork } from "@/sandbox/phone/phone-network";
import { sendMoney, tellIfShort, tellRefused, type HandPayment } from "@/sandbox/phone/send-money";
import type { SettingsStore } from "@/sandbox/settings";
import type { DarajaAccount } from "./accounts";
import { readC2bAnswer, type C2bAnswer } from "./c2b-answer";
import { buildC2bMessage } from "./c2b-message";
import type { CollectionAddresses, CollectionUrls } from "./collection-urls";
import type { CustomerPayment } from "./customer-payment";
import type { CustomerPayments } from "./customer-payments";
import type { Push } from "./push";

type DeskDeps = {
  clock: SandboxClock;
  ids: () => SeededIds;
  settings: SettingsStore;
  phones: PhoneNetwork;
  books: MpesaBooks;
  outbox: CallbackOutbox;
  callbackRules: CallbackRules;
  payments: CustomerPayments;
  urls: CollectionUrls;
};

export type CollectionOrder = Pick<CustomerPayment, "msisdn" | "reference" | "amountCents"> & {
  via: "hand" | "simulate";
  account: DarajaAccount;
};

/** Takes what customers pay to a shortcode, asks the shop first where it must, and tells it after. */
export class CollectionDesk {
  #undecided = new Map<CustomerPayment, () => void>();

  constructor(readonly deps: DeskDeps) {}

  /**
   * Begins a payment. It has ended when this returns, unless the shop is asked first; then
   * `decided` waits for the end.
   */
  start(order: CollectionOrder): { payment: CustomerPayment; decided: Promise<void> } {
    const { clock, payments, urls } = this.deps;
    const startedAtMs = clock.nowMs();
    const payment = payments.add({
      ...blankPayment(order.account),
      via: order.via,
      msisdn: order.msisdn,
      reference: order.account.kind === "till" ? "" : order.reference,
      amountCents: order.amountCents,
      receipt: this.deps.ids().receipt(startedAtMs),
      startedAtMs,
    });
    const addresses = urls.find(payment.shortcode);
    if (addresses === undefined || !urls.isAskedFirst(payment.shortcode)) {
      this.#complete(payment);
      return { payment, decided: Promise.resolve() };
    }
    return { payment, decided: this.#askFirst(payment, addresses) };
  }

  /** A push has been paid: the shop hears of it here, too, if it has registered. */
  paidByPush(push: Push, account: DarajaAccount, receipt: string): void {
    const paidAtMs = this.deps.clock.nowMs();
    const payment = this.deps.payments.add({
      ...blankPayment(account),
      via: "push",
      state: "completed",
      receipt,
      msisdn: push.msisdn,
      reference: account.kind === "till" ? "" : push.accountReference,
      amountCents: push.amountCents,
      checkoutRequestId: push.checkoutRequestId,
      startedAtMs: push.createdAtMs,
      paidAtMs,
    });
    this.#charge(payment, paidAtMs);
    const isTold = account.kind === "paybill" && this.deps.settings.current.c2bAfterStk;
    if (isTold) this.#confirm(payment);
  }

  /** Whether the shop's answer about a payment can still come by itself. */
  isBeingAsked(payment: CustomerPayment): boolean {
    if (!this.#undecided.has(payment)) return false;
    const nowMs = this.deps.clock.nowMs();
    return this.deps.outbox
      .search({ kind: "c2b_validation", receipt: payment.receipt })
      .some(
        ({ state, nextAttemptAtMs }) =>
          state === "sending" || (state === "scheduled" && (nextAttemptAtMs ?? 0) <= nowMs),
      );
  }

  reset(): void {
    const waiting = [...this.#undecided.values()];
    this.#undecided.clear();
    for (const release of waiting) release();
  }

  #askFirst(payment: CustomerPayment, addresses: CollectionAddresses): Promise<void> {
    const { clock, settings } = this.deps;
    const decided = new Promise<void>((resolve) => this.#undecided.set(payment, resolve));
    const byResponseType = (): void =>
      this.#decide(
        payment,
        addresses.responseType === "Completed"
          ? { kind: "accepted", thirdPartyTransId: "" }
          : { kind: "refused", code: "C2B00016" },
      );
    clock.schedule(settings.current.c2bValidationMs, byResponseType);
    this.#post("c2b_validation", payment, addresses, (sent) => {
      const answer = readC2bAnswer(sent);
      if (answer) this.#decide(payment, answer);
      else byResponseType();
    });
    return decided;
  }

  /** The first word counts: an answer after ResponseType has decided changes nothing. */
  #decide(payment: CustomerPayment, answer: C2bAnswer): void {
    const release = this.#undecided.get(payment);
    if (!release) return;
    this.#undecided.delete(payment);
    if (answer.kind === "accepted") {
      payment.thirdPartyTransId = answer.thirdPartyTransId;
      this.#complete(payment);
    } else {
      payment.state = "refused";
      payment.refusalCode = answer.code;
      tellRefused(this.deps.phones, handPaymentOf(payment));
    }
    release();
  }

  #complete(payment: CustomerPayment): void {
    const { clock, phones } = this.deps;
    if (tellIfShort(phones, payment)) {
      payment.state = "refused";
      payment.refusalCode = "1";
      return;
    }
    const atMs = clock.nowMs();
    payment.state = "completed";
    payment.paidAtMs = atMs;
    sendMoney(phones, { ...handPaymentOf(payment), receipt: payment.receipt, atMs });
    this.#charge(payment, atMs);
    this.#confirm(payment);
  }

  #charge(payment: CustomerPayment, atMs: number): void {
    const { c2bChargeCents } = this.deps.settings.current;
    if (c2bChargeCents === 0n) return;
    this.deps.books.transfer({
      atMs,
      kind: "charge",
      from: `shortcode:${payment.shortcode}`,
      to: "business:MPESA",
      amountCents: c2bChargeCents,
      receipt: null,
      originalReceipt: payment.receipt,
      reference: payment.reference,
    });
  }

  #confirm(payment: CustomerPayment): void {
    const addresses = this.deps.urls.find(payment.shortcode);
    if (addresses) this.#post("c2b_confirmation", payment, addresses);
  }

  #post(
    kind: "c2b_validation" | "c2b_confirmation",
    payment: CustomerPayment,
    addresses: CollectionAddresses,
    onAnswer?: (sent: { status: number; body: string }) => void,
  ): CallbackRecord {
    const { receipt, msisdn, checkoutRequestId, shortcode } = payment;
    const script: CallbackScript = this.deps.callbackRules.take(kind, {
      receipt,
      msisdn,
      checkoutRequestId,
    });
    const isAfter = kind === "c2b_confirmation";
    const balance = this.deps.books.balanceOf(`shortcode:${shortcode}`);
    const facts = {
      ...payment,
      version: addresses.version,
      atMs: payment.paidAtMs ?? payment.startedAtMs,
      balanceCents: isAfter ? balance.balanceCents : null,
    };
    return this.deps.outbox.enqueue({
      kind,
      receipt,
      msisdn,
      checkoutRequestId,
      url: isAfter ? addresses.confirmationUrl : addresses.validationUrl,
      ...buildC2bMessage(facts, script, this.deps.settings.current),
      script,
      onAnswer,
    });
  }
}

function blankPayment(account: DarajaAccount) {
  return {
    state: "validating",
    refusalCode: null,
    shortcode: account.shortcode,
    kind: account.kind,
    businessName: account.name,
    thirdPartyTransId: "",
    checkoutRequestId: null,
    paidAtMs: null,
    reversedCents: 0n,
  } as const;
}

function handPaymentOf(payment: CustomerPayment): HandPayment {
  const { msisdn, kind, businessName, reference, amountCents } = payment;
  const payee = `shortcode:${payment.shortcode}`;
  return { msisdn, payee, kind, business: businessName, reference, amountCents };
}
