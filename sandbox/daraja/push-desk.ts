import type { CallbackRules, CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { CallbackOutbox } from "@/sandbox/callbacks/outbox";
import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SeededIds } from "@/sandbox/kit/ids";
import type { HandsetBehaviour } from "@/sandbox/phone/handset-behaviour";
import type { PhoneNetwork, PromptResult } from "@/sandbox/phone/phone-network";
import type { SettingsStore } from "@/sandbox/settings";
import { checkoutRequestIdOf } from "./checkout-request-id";
import type { DarajaDirectory } from "./accounts";
import type { CollectionDesk } from "./collection-desk";
import { pushMagicOf } from "./magic";
import { fateOfPush } from "./push-fate";
import { resultOfPrompt } from "./prompt-result";
import type { Push, PushOrder, PushResult } from "./push";
import { wordsOf } from "./result-codes";
import { buildStkCallback } from "./stk-callback";

type DeskDeps = {
  clock: SandboxClock;
  ids: () => SeededIds;
  settings: SettingsStore;
  phones: PhoneNetwork;
  outbox: CallbackOutbox;
  callbackRules: CallbackRules;
  directory: DarajaDirectory;
  collections: CollectionDesk;
};

/** Sends prompts to phones for whoever collects money, and tells them once how each ended. */
export class PushDesk {
  #pushes = new Map<string, Push>();
  #open = new Map<string, Push>();
  #lastByPhone = new Map<string, Push>();
  #reachedPhone = new Map<string, number>();
  #fates = new Map<Push, PushResult>();

  constructor(readonly deps: DeskDeps) {}

  find(checkoutRequestId: string): Push | undefined {
    return this.#pushes.get(checkoutRequestId);
  }

  all(): Iterable<Push> {
    return this.#pushes.values();
  }

  /** Whether another session holds this phone, or one did too short a while ago. */
  isLocked(msisdn: string): boolean {
    if (this.#open.has(msisdn) || this.deps.phones.isBusy(msisdn)) return true;
    const last = this.#lastByPhone.get(msisdn);
    const { samePhoneIntervalMs } = this.deps.settings.current;
    return last !== undefined && this.deps.clock.nowMs() - last.createdAtMs < samePhoneIntervalMs;
  }

  /** Accepts a push. Nobody has paid anything yet. */
  start(order: PushOrder): Push {
    const push = this.#record(order);
    const magic = pushMagicOf(push);
    const fate = fateOfPush(push, {
      magic,
      account: order.account,
      isLocked: this.isLocked(push.msisdn),
      isRepeat: this.#isRepeat(push),
      isKnownPartyB: this.deps.directory.all.some(({ partyB }) => partyB === push.partyB),
    });
    this.#lastByPhone.set(push.msisdn, push);
    if (fate?.resultCode !== "1001") this.#open.set(push.msisdn, push);
    if (fate === undefined || fate.shown) {
      this.#reachedPhone.set(repeatKeyOf(push), push.createdAtMs);
      const behaviour = fate ? "ask" : magic.behaviour === "ask" ? undefined : magic.behaviour;
      this.#askPhone(push, order.account.kind, behaviour);
    }
    if (fate) {
      this.#fates.set(push, fate);
      const { magicDelayMs } = this.deps.settings.current;
      this.deps.clock.schedule(magicDelayMs, () => this.end(push, fate));
    }
    return push;
  }

  /** What a script wants of this push's callback, before it is made. */
  scriptOf(push: Push): CallbackScript {
    return { ...pushMagicOf(push).script, ...this.deps.callbackRules.peek("stk", push) };
  }

  /** The person answers at once, and the callback is on its way before anybody else hears of it. */
  async settleBeforeAnswer(push: Push): Promise<void> {
    const fate = this.#fates.get(push);
    if (fate) this.end(push, fate);
    else this.deps.phones.actNow(push.promptId ?? "");
    const record = this.deps.outbox.find(push.callbackId ?? "");
    if (record && record.state !== "dropped") await this.deps.outbox.deliverNow(record);
  }

  /**
   * Ends an open push with any code. With 0 the person pays, if they can. False when it has ended,
   * or when 0 is asked of a phone that shows no prompt.
   */
  end(push: Push, result: PushResult): boolean {
    if (push.state === "ended") return false;
    if (result.resultCode === "0" && result.receipt === undefined) return this.#payNow(push);
    const { promptId } = push;
    this.#conclude(push, result);
    if (promptId !== null) this.deps.phones.withdraw(promptId);
    return true;
  }

  reset(): void {
    this.#pushes.clear();
    this.#open.clear();
    this.#lastByPhone.clear();
    this.#reachedPhone.clear();
    this.#fates.clear();
  }

  #payNow(push: Push): boolean {
    if (push.promptId === null) return false;
    return this.deps.phones.enterPin(push.promptId, this.deps.settings.current.pin) !== "gone";
  }

  #record(order: PushOrder): Push {
    const { account, ...details } = order;
    const createdAtMs = this.deps.clock.nowMs();
    const push: Push = {
      ...details,
      checkoutRequestId: checkoutRequestIdOf(order.msisdn, createdAtMs, (id) =>
        this.#pushes.has(id),
      ),
      merchantRequestId: this.deps.ids().conversation(),
      shortcode: account.shortcode,
      businessName: account.name,
      state: "open",
      resultCode: null,
      resultDesc: null,
      receipt: null,
      promptId: null,
      callbackId: null,
      createdAtMs,
      endedAtMs: null,
    };
    this.#pushes.set(push.checkoutRequestId, push);
    return push;
  }

  #isRepeat(push: Push): boolean {
    const earlierMs = this.#reachedPhone.get(repeatKeyOf(push));
    const { stkSameAmountWindowMs } = this.deps.settings.current;
    return earlierMs !== undefined && push.createdAtMs - earlierMs < stkSameAmountWindowMs;
  }

  #askPhone(push: Push, asks: "paybill" | "till", behaviour: HandsetBehaviour | undefined): void {
    const prompt = this.deps.phones.requestPrompt({
      msisdn: push.msisdn,
      business: push.businessName,
      reference: push.accountReference,
      amountCents: push.amountCents,
      asks,
      payee: `shortcode:${push.shortcode}`,
      behaviour,
      onResult: (result) => this.#onPromptResult(push, result),
    });
    push.promptId = prompt.id;
  }

  #onPromptResult(push: Push, result: PromptResult): void {
    if (push.state === "ended") return;
    this.#conclude(push, resultOfPrompt(result, this.deps.settings.current));
  }

  #conclude(push: Push, result: PushResult): void {
    push.state = "ended";
    push.resultCode = result.resultCode;
    push.resultDesc = result.resultDesc ?? wordsOf(result.resultCode, "callback");
    push.receipt = result.receipt ?? null;
    push.endedAtMs = this.deps.clock.nowMs();
    if (this.#open.get(push.msisdn) === push) this.#open.delete(push.msisdn);
    this.#fates.delete(push);
    this.#notify(push);
    const account = this.deps.directory.byShortcode(push.shortcode);
    if (account && push.receipt !== null) {
      this.deps.collections.paidByPush(push, account, push.receipt);
    }
  }

  #notify(push: Push): void {
    const script = this.#takeScript(push);
    const built = buildStkCallback(
      {
        ...push,
        resultCode: push.resultCode ?? "",
        resultDesc: push.resultDesc ?? "",
        endedAtMs: push.endedAtMs ?? 0,
      },
      script,
      this.deps.settings.current,
      (items) => this.deps.ids().shuffle(items),
    );
    const record = this.deps.outbox.enqueue({
      kind: "stk",
      checkoutRequestId: push.checkoutRequestId,
      msisdn: push.msisdn,
      url: push.callbackUrl,
      ...built,
      script,
    });
    push.callbackId = record.id;
  }

  #takeScript(push: Push): CallbackScript {
    const magic = pushMagicOf(push);
    const script = { ...magic.script, ...this.deps.callbackRules.take("stk", push) };
    if (magic.callbackLie === "double_amount") script.amountCents ??= push.amountCents * 2n;
    if (magic.callbackLie === "unknown_push") {
      script.checkoutRequestId ??= checkoutRequestIdOf("254700000000", 0, () => false);
    }
    return script;
  }
}

function repeatKeyOf(push: Push): string {
  return `${push.msisdn} ${push.amountCents}`;
}
