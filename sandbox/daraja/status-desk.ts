import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SeededIds } from "@/sandbox/kit/ids";
import type { SettingsStore } from "@/sandbox/settings";
import type { DarajaDirectory } from "./accounts";
import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { ResultFacts } from "./build-result";
import { conversationIdOf, emptyReceiptOf } from "./conversation-id";
import type { Operators } from "./operators";
import type { Payout } from "./payout";
import type { PayoutDesk } from "./payout-desk";
import { payoutMagicOf } from "./payout-magic";
import { wordsOf } from "./result-codes";
import type { ResultOrder, ResultPost } from "./result-post";
import { statusParameters, type StatusWord } from "./status-parameters";
import type { StatusRules, StatusScript } from "./status-scripts";

type DeskDeps = {
  clock: SandboxClock;
  ids: () => SeededIds;
  settings: SettingsStore;
  directory: DarajaDirectory;
  operators: Operators;
  payouts: PayoutDesk;
  statusRules: StatusRules;
  results: ResultPost;
};

export type StatusOrder = {
  shortcode: string;
  initiator: string;
  securityCredential: string;
  /** One of the two names the payout. */
  receipt: string | undefined;
  conversation: string | undefined;
  occasion: string;
  resultUrl: string;
  timeoutUrl: string;
};

type Question = StatusOrder & {
  originatorConversationId: string;
  conversationId: string;
  operatorRefusal: string | undefined;
};

/** What a status result is going to say; null for a payout nobody knows. */
type Verdict = { resultCode: string; payout: Payout | undefined; word: StatusWord | null };

const PENDING_WORDS: readonly StatusWord[] = ["Initiated", "Authorized", "Pending Authorized"];

/** Answers questions about payouts, some time after they were asked. */
export class StatusDesk {
  constructor(readonly deps: DeskDeps) {}

  /** Takes a question. What the answer says is found out when it goes. */
  ask(order: StatusOrder): Question {
    const { clock, settings, operators } = this.deps;
    const question: Question = {
      ...order,
      originatorConversationId: this.deps.ids().conversation(),
      conversationId: conversationIdOf(this.deps.ids(), clock.nowMs()),
      operatorRefusal: operators.refusalOf(order),
    };
    const { callbackDelivery, queryResultDelayMs } = settings.current;
    if (callbackDelivery === "explicit") this.#answer(question);
    else clock.schedule(queryResultDelayMs, () => this.#answer(question));
    return question;
  }

  #answer(question: Question): void {
    const payout = this.#find(question);
    const subject = {
      originatorConversationId: payout?.originatorConversationId ?? question.conversation ?? null,
      msisdn: payout?.msisdn ?? null,
    };
    const script = this.deps.statusRules.take(subject);
    if (script?.answer === "silent") return;
    const verdict = this.#verdictOf(question, payout, script);
    const order: ResultOrder = {
      about: "status",
      resultUrl: question.resultUrl,
      timeoutUrl: question.timeoutUrl,
      subject,
      script: {},
      factsFor: (lies) => this.#factsOf(question, verdict, lies),
    };
    if (script?.answer === "timeout") this.deps.results.sendTimeout(order);
    else this.deps.results.send(order);
  }

  #find({ receipt, conversation, shortcode }: Question): Payout | undefined {
    const { payouts } = this.deps;
    const byReceipt = receipt === undefined ? undefined : payouts.findByReceipt(receipt);
    const byConversation =
      conversation === undefined
        ? undefined
        : (payouts.find(conversation) ?? payouts.findByConversation(conversation));
    const payout = byReceipt ?? byConversation;
    return payout?.shortcode === shortcode ? payout : undefined;
  }

  #verdictOf(
    question: Question,
    payout: Payout | undefined,
    script: StatusScript | undefined,
  ): Verdict {
    const nothing = (resultCode: string): Verdict => ({ resultCode, payout, word: null });
    if (question.operatorRefusal !== undefined) return nothing(question.operatorRefusal);
    const magic = payout && payoutMagicOf(payout);
    const isForgotten = magic?.isForgotten === true && payout?.state === "pending";
    const answer = script?.answer ?? "truth";
    if (answer === "not_found" || !payout || (answer === "truth" && isForgotten)) {
      return nothing(script?.resultCode ?? this.deps.settings.current.statusUnknownCode);
    }
    const resultCode = script?.resultCode ?? "0";
    if (resultCode !== "0") return nothing(resultCode);
    const isOpposite = script === undefined && magic?.isStatusOpposite === true;
    return { resultCode, payout, word: this.#wordOf(payout, answer, isOpposite) };
  }

  #wordOf(payout: Payout, answer: StatusScript["answer"], isOpposite: boolean): StatusWord {
    switch (answer) {
      case "completed":
        return "Completed";
      case "declined":
        return "Declined";
      case "cancelled":
        return "Cancelled";
      case "expired":
        return "Expired";
      case "pending":
        return this.#pendingWord();
      case "truth":
      case "not_found":
      case "silent":
      case "timeout":
        if (payout.state === "pending") return this.#pendingWord();
        return (payout.state === "completed") === isOpposite ? "Declined" : "Completed";
    }
  }

  #pendingWord(): StatusWord {
    return this.deps.ids().shuffle(PENDING_WORDS)[0] ?? "Initiated";
  }

  #factsOf(question: Question, verdict: Verdict, lies: CallbackScript): ResultFacts {
    const nowMs = this.deps.clock.nowMs();
    const resultCode = lies.resultCode ?? verdict.resultCode;
    const { payout, word } = verdict;
    const knows = resultCode === "0" && payout !== undefined;
    return {
      originatorConversationId: question.originatorConversationId,
      conversationId: question.conversationId,
      transactionId: emptyReceiptOf(nowMs),
      resultCode,
      resultDesc: lies.resultDesc ?? wordsOf(resultCode, "callback"),
      parameters: knows
        ? statusParameters({
            payout,
            word: word ?? "Completed",
            organisation: this.deps.directory.organisation(payout.shortcode)?.name ?? "",
            settings: this.deps.settings.current,
            lies,
            makeReceipt: () => this.deps.ids().receipt(nowMs),
            nowMs,
          })
        : [],
      essentialKey: "TransactionStatus",
      reference: { key: "Occasion", value: question.occasion || undefined },
      usual: { codes: "number", parameters: "array" },
    };
  }
}
