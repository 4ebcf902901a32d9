import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SeededIds } from "@/sandbox/kit/ids";
import type { SettingsStore } from "@/sandbox/settings";
import type { DarajaDirectory } from "./accounts";
import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { ResultFacts } from "./build-result";
import { conversationIdOf, emptyReceiptOf } from "./conversation-id";
import type { Operators } from "./operators";
import type { CustomerPayments } from "./customer-payments";
import {
  paymentAsKnown,
  payoutAsKnown,
  reversalAsKnown,
  type KnownTransaction,
} from "./known-transaction";
import type { Payout } from "./payout";
import type { PayoutDesk } from "./payout-desk";
import { wordsOf } from "./result-codes";
import type { ResultOrder, ResultPost } from "./result-post";
import type { Reversal } from "./reversal";
import type { ReversalDesk } from "./reversal-desk";
import { statusParameters, type StatusWord } from "./status-parameters";
import type { StatusRules, StatusScript } from "./status-scripts";

type DeskDeps = {
  clock: SandboxClock;
  ids: () => SeededIds;
  settings: SettingsStore;
  directory: DarajaDirectory;
  operators: Operators;
  payouts: PayoutDesk;
  reversals: ReversalDesk;
  payments: CustomerPayments;
  statusRules: StatusRules;
  results: ResultPost;
};

export type StatusOrder = {
  shortcode: string;
  initiator: string;
  securityCredential: string;
  /** One of the two names the transaction. */
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

/** What a status result is going to say; the word is null where it says nothing of the transaction. */
type Verdict = {
  resultCode: string;
  transaction: KnownTransaction | undefined;
  word: StatusWord | null;
};

const PENDING_WORDS: readonly StatusWord[] = ["Initiated", "Authorized", "Pending Authorized"];

/** Answers questions about payouts, customers' payments and reversals, some time after they were asked. */
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
    const transaction = this.#find(question);
    const subject = {
      originatorConversationId:
        transaction?.originatorConversationId ?? question.conversation ?? null,
      receipt: question.receipt ?? transaction?.receipt ?? null,
      msisdn: transaction?.msisdn ?? null,
    };
    const script = this.deps.statusRules.take(subject);
    if (script?.answer === "silent") return;
    const verdict = this.#verdictOf(question, transaction, script);
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

  /** What the asker may know of: nobody learns of another organisation's money. */
  #find({ receipt, conversation, shortcode }: Question): KnownTransaction | undefined {
    const found =
      (receipt === undefined ? undefined : this.#byReceipt(receipt)) ??
      (conversation === undefined ? undefined : this.#byConversation(conversation));
    return found?.shortcode === shortcode ? found : undefined;
  }

  #byReceipt(receipt: string): KnownTransaction | undefined {
    const { payouts, reversals, payments, settings } = this.deps;
    const payout = payouts.findByReceipt(receipt);
    if (payout) return this.#payoutAsKnown(payout);
    const reversal = reversals.findByReceipt(receipt);
    if (reversal) return this.#reversalAsKnown(reversal);
    const payment = payments.find(receipt);
    return payment?.state === "completed" ? paymentAsKnown(payment, settings.current) : undefined;
  }

  #byConversation(id: string): KnownTransaction | undefined {
    const { payouts, reversals } = this.deps;
    const payout = payouts.find(id) ?? payouts.findByConversation(id);
    if (payout) return this.#payoutAsKnown(payout);
    const reversal = reversals.find(id) ?? reversals.findByConversation(id);
    return reversal && this.#reversalAsKnown(reversal);
  }

  #payoutAsKnown(payout: Payout): KnownTransaction {
    const name = this.deps.directory.organisation(payout.shortcode)?.name ?? "";
    return payoutAsKnown(payout, name, this.deps.settings.current);
  }

  #reversalAsKnown(reversal: Reversal): KnownTransaction {
    const { directory } = this.deps;
    return reversalAsKnown(reversal, directory.byShortcode(reversal.shortcode)?.name ?? "");
  }

  #verdictOf(
    question: Question,
    transaction: KnownTransaction | undefined,
    script: StatusScript | undefined,
  ): Verdict {
    const nothing = (resultCode: string): Verdict => ({
      resultCode,
      transaction,
      word: null,
    });
    if (question.operatorRefusal !== undefined) return nothing(question.operatorRefusal);
    const isForgotten = transaction?.isForgotten === true && transaction.state === "pending";
    const answer = script?.answer ?? "truth";
    if (answer === "not_found" || !transaction || (answer === "truth" && isForgotten)) {
      return nothing(script?.resultCode ?? this.deps.settings.current.statusUnknownCode);
    }
    const resultCode = script?.resultCode ?? "0";
    if (resultCode !== "0") return nothing(resultCode);
    const isOpposite = script === undefined && transaction.isStatusOpposite;
    return { resultCode, transaction, word: this.#wordOf(transaction, answer, isOpposite) };
  }

  #wordOf(
    { state }: KnownTransaction,
    answer: StatusScript["answer"],
    isOpposite: boolean,
  ): StatusWord {
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
        if (state === "pending") return this.#pendingWord();
        return (state === "completed") === isOpposite ? "Declined" : "Completed";
    }
  }

  #pendingWord(): StatusWord {
    return this.deps.ids().shuffle(PENDING_WORDS)[0] ?? "Initiated";
  }

  #factsOf(question: Question, verdict: Verdict, lies: CallbackScript): ResultFacts {
    const nowMs = this.deps.clock.nowMs();
    const resultCode = lies.resultCode ?? verdict.resultCode;
    const { transaction, word } = verdict;
    const knows = resultCode === "0" && transaction !== undefined;
    return {
      originatorConversationId: question.originatorConversationId,
      conversationId: question.conversationId,
      transactionId: emptyReceiptOf(nowMs),
      resultCode,
      resultDesc: lies.resultDesc ?? wordsOf(resultCode, "callback"),
      parameters: knows
        ? statusParameters({
            transaction,
            word: word ?? "Completed",
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
