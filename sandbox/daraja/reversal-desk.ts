import type { CallbackRules, CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { CallbackOutbox, CallbackRecord } from "@/sandbox/callbacks/outbox";
import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SeededIds } from "@/sandbox/kit/ids";
import type { MpesaBooks } from "@/sandbox/mpesa-books";
import type { PhoneNetwork } from "@/sandbox/phone/phone-network";
import { returnMoney } from "@/sandbox/phone/return-money";
import type { SettingsStore } from "@/sandbox/settings";
import type { DarajaDirectory } from "./accounts";
import { conversationIdOf } from "./conversation-id";
import type { CustomerPayment } from "./customer-payment";
import type { CustomerPayments } from "./customer-payments";
import type { Operators } from "./operators";
import { OrderRegister } from "./order-register";
import { wordsOf } from "./result-codes";
import type { ResultPost } from "./result-post";
import type { Reversal, ReversalEnd, ReversalOrder } from "./reversal";
import { reversalResultFacts } from "./reversal-result";

type DeskDeps = {
  clock: SandboxClock;
  ids: () => SeededIds;
  settings: SettingsStore;
  phones: PhoneNetwork;
  books: MpesaBooks;
  outbox: CallbackOutbox;
  callbackRules: CallbackRules;
  directory: DarajaDirectory;
  operators: Operators;
  results: ResultPost;
  payments: CustomerPayments;
};

/** Sends payments back to whoever made them, each once, and tells who asked for it how it ended. */
export class ReversalDesk {
  readonly #orders = new OrderRegister<Reversal>();
  #operatorRefusals = new Map<Reversal, string>();

  constructor(readonly deps: DeskDeps) {}

  find(originatorConversationId: string): Reversal | undefined {
    return this.#orders.find(originatorConversationId);
  }

  findByConversation(conversationId: string): Reversal | undefined {
    return this.#orders.findByConversation(conversationId);
  }

  /** By the receipt of the reversal itself. */
  findByReceipt(receipt: string): Reversal | undefined {
    return this.#orders.findByReceipt(receipt);
  }

  /** Oldest first. */
  all(): readonly Reversal[] {
    return this.#orders.all();
  }

  /**
   * Accepts a reversal. Money moves later, unless callbacks are delivered by hand, or a script wants
   * the result to arrive before the caller is answered.
   */
  async start(order: ReversalOrder): Promise<Reversal> {
    const reversal = this.#record(order);
    const refusal = this.deps.operators.refusalOf(order);
    if (refusal !== undefined) this.#operatorRefusals.set(reversal, refusal);
    const script = this.#scriptOf(reversal);
    if (script.beforeAnswer) {
      const record = this.end(reversal);
      if (record && record.state !== "dropped") await this.deps.outbox.deliverNow(record);
    } else {
      this.#scheduleEnd(reversal, script);
    }
    return reversal;
  }

  /**
   * Ends a pending reversal as it must, or with any code; with 0 the money goes back, if it can.
   * Returns its result on the way, or undefined when it has ended before.
   */
  end(reversal: Reversal, end?: ReversalEnd): CallbackRecord | undefined {
    if (reversal.state !== "pending") return undefined;
    const scripted = end?.resultCode === undefined ? this.#scriptOf(reversal).endsWith : undefined;
    const wanted = end?.resultCode ?? scripted?.resultCode ?? this.#outcomeOf(reversal);
    const words = end?.resultDesc ?? scripted?.resultDesc;
    const resultCode = wanted === "0" ? this.#moneyOutcomeOf(reversal) : wanted;
    reversal.endedAtMs = this.deps.clock.nowMs();
    reversal.resultCode = resultCode;
    reversal.resultDesc =
      (resultCode === wanted ? words : undefined) ?? wordsOf(resultCode, "callback");
    reversal.state = resultCode === "0" ? "completed" : "failed";
    this.#operatorRefusals.delete(reversal);
    if (resultCode === "0") this.#giveBack(reversal, reversal.endedAtMs);
    return this.#notify(reversal, reversal.endedAtMs);
  }

  reset(): void {
    this.#orders.reset();
    this.#operatorRefusals.clear();
  }

  #scriptOf({ originatorConversationId, originalReceipt, msisdn }: Reversal): CallbackScript {
    const subject = { originatorConversationId, receipt: originalReceipt, msisdn };
    return this.deps.callbackRules.peek("reversal_result", subject);
  }

  #scheduleEnd(reversal: Reversal, { processingMs }: CallbackScript): void {
    const { callbackDelivery, reversalResultDelayMs } = this.deps.settings.current;
    if (processingMs === undefined && callbackDelivery === "explicit") {
      this.end(reversal);
      return;
    }
    this.deps.clock.schedule(processingMs ?? reversalResultDelayMs, () => this.end(reversal));
  }

  #record({ initiator: _, securityCredential: __, ...order }: ReversalOrder): Reversal {
    const createdAtMs = this.deps.clock.nowMs();
    const reversal: Reversal = {
      ...order,
      originatorConversationId: this.deps.ids().conversation(),
      conversationId: conversationIdOf(this.deps.ids(), createdAtMs),
      msisdn: this.deps.payments.find(order.originalReceipt)?.msisdn ?? null,
      state: "pending",
      resultCode: null,
      resultDesc: null,
      receipt: null,
      createdAtMs,
      endedAtMs: null,
    };
    this.#orders.add(reversal);
    return reversal;
  }

  #paymentOf({ originalReceipt, shortcode }: Reversal): CustomerPayment | undefined {
    return this.deps.payments.findPaid(originalReceipt, shortcode);
  }

  #outcomeOf(reversal: Reversal): string {
    const refusal = this.#operatorRefusals.get(reversal);
    if (refusal !== undefined) return refusal;
    return this.deps.settings.current.reversalPermission ? "0" : "21";
  }

  /** What the payment itself and the shortcode's money allow, in this moment. */
  #moneyOutcomeOf(reversal: Reversal): string {
    const payment = this.#paymentOf(reversal);
    if (!payment) return "R000002";
    const leftCents = payment.amountCents - payment.reversedCents;
    if (leftCents === 0n) return "R000001";
    const { reversalPartial, reversalPartialCode } = this.deps.settings.current;
    const { amountCents } = reversal;
    const isPossible = reversalPartial ? amountCents <= leftCents : amountCents === leftCents;
    if (!isPossible) return reversalPartialCode;
    return this.#balanceOf(reversal.shortcode) >= amountCents ? "0" : "1";
  }

  #balanceOf(shortcode: string): bigint {
    return this.deps.books.balanceOf(`shortcode:${shortcode}`).balanceCents;
  }

  #giveBack(reversal: Reversal, atMs: number): void {
    const payment = this.#paymentOf(reversal);
    if (!payment) throw new Error(`Nobody paid ${reversal.originalReceipt}`);
    const { shortcode, amountCents, originalReceipt, originatorConversationId } = reversal;
    const receipt = this.deps.ids().receipt(atMs);
    reversal.receipt = receipt;
    this.#orders.noteReceipt(reversal, receipt);
    payment.reversedCents += amountCents;
    returnMoney(this.deps.phones, {
      msisdn: payment.msisdn,
      from: `shortcode:${shortcode}`,
      business: payment.businessName,
      amountCents,
      receipt,
      originalReceipt,
      reference: originatorConversationId,
      atMs,
    });
  }

  #notify(reversal: Reversal, endedAtMs: number): CallbackRecord {
    const { originatorConversationId, originalReceipt, msisdn, shortcode } = reversal;
    const facts = {
      ...reversal,
      resultCode: reversal.resultCode ?? "",
      resultDesc: reversal.resultDesc ?? "",
      msisdn: msisdn ?? "254700000000",
      business: this.deps.directory.byShortcode(shortcode)?.name ?? "",
      balanceCents: this.#balanceOf(shortcode),
      endedAtMs,
    };
    const makeReceipt = (): string => this.deps.ids().receipt(endedAtMs);
    return this.deps.results.send({
      about: "reversal",
      resultUrl: reversal.resultUrl,
      timeoutUrl: reversal.timeoutUrl,
      subject: { originatorConversationId, receipt: originalReceipt, msisdn },
      script: {},
      factsFor: (script) =>
        reversalResultFacts(facts, script, this.deps.settings.current, makeReceipt),
    });
  }
}
