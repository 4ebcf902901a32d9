import type { CallbackRules, CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { CallbackOutbox, CallbackRecord } from "@/sandbox/callbacks/outbox";
import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SeededIds } from "@/sandbox/kit/ids";
import type { MpesaBooks } from "@/sandbox/mpesa-books";
import type { PhoneNetwork } from "@/sandbox/phone/phone-network";
import { receiveMoney } from "@/sandbox/phone/receive-money";
import type { SettingsStore } from "@/sandbox/settings";
import type { DarajaDirectory } from "./accounts";
import { b2cResultFacts } from "./b2c-result";
import { conversationIdOf } from "./conversation-id";
import type { Operators } from "./operators";
import { OrderRegister } from "./order-register";
import type { Payout, PayoutEnd, PayoutOrder } from "./payout";
import { payoutMagicOf } from "./payout-magic";
import { wordsOf } from "./result-codes";
import type { ResultPost } from "./result-post";

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
};

/** Pays phones for whoever may ask it, and tells them how each payout ended. */
export class PayoutDesk {
  readonly #orders = new OrderRegister<Payout>();
  #byPhone = new Map<string, Payout[]>();
  #operatorRefusals = new Map<Payout, string>();

  constructor(readonly deps: DeskDeps) {}

  find(originatorConversationId: string): Payout | undefined {
    return this.#orders.find(originatorConversationId);
  }

  findByConversation(conversationId: string): Payout | undefined {
    return this.#orders.findByConversation(conversationId);
  }

  findByReceipt(receipt: string): Payout | undefined {
    return this.#orders.findByReceipt(receipt);
  }

  /** Oldest first. */
  all(): readonly Payout[] {
    return this.#orders.all();
  }

  /** Those to one phone, oldest first. */
  toPhone(msisdn: string): readonly Payout[] {
    return this.#byPhone.get(msisdn) ?? [];
  }

  /**
   * Accepts a payout. Money moves later, unless callbacks are delivered by hand, or a script wants
   * the result to arrive before the caller is answered.
   */
  async start(order: PayoutOrder): Promise<Payout> {
    const payout = this.#record(order);
    const mayPayOut = this.deps.directory.organisation(order.shortcode) !== undefined;
    const refusal = mayPayOut ? this.deps.operators.refusalOf(order) : "2001";
    if (refusal !== undefined) this.#operatorRefusals.set(payout, refusal);
    const magic = payoutMagicOf(payout);
    if (magic.isForgotten) return payout;
    const script = { ...magic.script, ...this.deps.callbackRules.peek("b2c_result", payout) };
    if (script.beforeAnswer) {
      const record = this.end(payout);
      if (record && record.state !== "dropped") await this.deps.outbox.deliverNow(record);
    } else {
      this.#scheduleEnd(payout, script);
    }
    return payout;
  }

  /**
   * Ends a pending payout as it must, or with any code; with 0 it pays, if the organisation can.
   * Returns its result on the way, or undefined when it has ended before.
   */
  end(payout: Payout, end?: PayoutEnd): CallbackRecord | undefined {
    if (payout.state !== "pending") return undefined;
    const wanted = end?.resultCode ?? this.#outcomeOf(payout);
    const resultCode = wanted === "0" && !this.#hasFunds(payout) ? "1" : wanted;
    payout.endedAtMs = this.deps.clock.nowMs();
    payout.resultCode = resultCode;
    payout.resultDesc =
      (resultCode === wanted ? end?.resultDesc : undefined) ?? wordsOf(resultCode, "callback");
    payout.state = resultCode === "0" ? "completed" : "failed";
    this.#operatorRefusals.delete(payout);
    if (resultCode === "0") this.#pay(payout, payout.endedAtMs);
    return this.#notify(payout);
  }

  reset(): void {
    this.#orders.reset();
    this.#byPhone.clear();
    this.#operatorRefusals.clear();
  }

  #scheduleEnd(payout: Payout, { processingMs }: CallbackScript): void {
    const { callbackDelivery, b2cResultDelayMs } = this.deps.settings.current;
    if (processingMs === undefined && callbackDelivery === "explicit") {
      this.end(payout);
      return;
    }
    this.deps.clock.schedule(processingMs ?? b2cResultDelayMs, () => this.end(payout));
  }

  #record({ initiator: _, securityCredential: __, ...order }: PayoutOrder): Payout {
    const createdAtMs = this.deps.clock.nowMs();
    const payout: Payout = {
      ...order,
      originatorConversationId: order.originatorConversationId ?? this.deps.ids().conversation(),
      conversationId: conversationIdOf(this.deps.ids(), createdAtMs),
      state: "pending",
      resultCode: null,
      resultDesc: null,
      receipt: null,
      createdAtMs,
      endedAtMs: null,
    };
    this.#orders.add(payout);
    const others = this.#byPhone.get(payout.msisdn);
    if (others) others.push(payout);
    else this.#byPhone.set(payout.msisdn, [payout]);
    return payout;
  }

  #outcomeOf(payout: Payout): string {
    return this.#operatorRefusals.get(payout) ?? payoutMagicOf(payout).resultCode ?? "0";
  }

  #hasFunds({ shortcode, amountCents }: Payout): boolean {
    return this.deps.books.balanceOf(`utility:${shortcode}`).balanceCents >= amountCents;
  }

  #pay(payout: Payout, atMs: number): void {
    const { books, directory, settings } = this.deps;
    const receipt = this.deps.ids().receipt(atMs);
    payout.receipt = receipt;
    this.#orders.noteReceipt(payout, receipt);
    receiveMoney(this.deps.phones, {
      msisdn: payout.msisdn,
      from: `utility:${payout.shortcode}`,
      business: directory.organisation(payout.shortcode)?.name ?? payout.shortcode,
      amountCents: payout.amountCents,
      receipt,
      reference: payout.originatorConversationId,
      atMs,
    });
    const { b2cChargeCents, b2cChargeAccount } = settings.current;
    if (b2cChargeCents === 0n) return;
    books.transfer({
      atMs,
      kind: "charge",
      from: `${b2cChargeAccount}:${payout.shortcode}`,
      to: "business:MPESA",
      amountCents: b2cChargeCents,
      receipt: null,
      originalReceipt: receipt,
      reference: payout.originatorConversationId,
    });
  }

  #notify(payout: Payout): CallbackRecord {
    const magic = payoutMagicOf(payout);
    const centsOf = (account: string): bigint =>
      this.deps.books.balanceOf(`${account}:${payout.shortcode}`).balanceCents;
    const facts = {
      ...payout,
      resultCode: payout.resultCode ?? "",
      resultDesc: payout.resultDesc ?? "",
      endedAtMs: payout.endedAtMs ?? 0,
      funds: {
        utilityCents: centsOf("utility"),
        workingCents: centsOf("working"),
        chargesCents: centsOf("charges"),
      },
    };
    const makeReceipt = (): string => this.deps.ids().receipt(facts.endedAtMs);
    return this.deps.results.send({
      about: "b2c",
      resultUrl: payout.resultUrl,
      timeoutUrl: payout.timeoutUrl,
      subject: {
        originatorConversationId: payout.originatorConversationId,
        msisdn: payout.msisdn,
      },
      script: {
        ...magic.script,
        ...(magic.isAmountDoubled && { amountCents: payout.amountCents * 2n }),
      },
      factsFor: (script) => b2cResultFacts(facts, script, this.deps.settings.current, makeReceipt),
    });
  }
}
