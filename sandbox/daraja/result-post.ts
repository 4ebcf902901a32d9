import type { CallbackRules, CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { CallbackOutbox, CallbackRecord } from "@/sandbox/callbacks/outbox";
import type { SettingsStore } from "@/sandbox/settings";
import { buildResult, buildTimeout, type ResultFacts } from "./build-result";

type PostDeps = { outbox: CallbackOutbox; callbackRules: CallbackRules; settings: SettingsStore };

export type ResultOrder = {
  /** The request it answers. */
  about: "b2c" | "status" | "balance" | "reversal";
  resultUrl: string;
  timeoutUrl: string;
  /** What scripts and the control API find it by. */
  subject: {
    originatorConversationId: string | null;
    receipt?: string | null;
    msisdn: string | null;
  };
  /** What would be sent without any rule. */
  script: CallbackScript;
  /** The facts as they are, or as a script would have them. */
  factsFor: (script: CallbackScript) => ResultFacts;
};

const RESULT_AFTER_TIMEOUT_MS = 5_000;

/** Sends the results of payouts, reversals, status questions and balances to where their askers wait for them. */
export class ResultPost {
  constructor(readonly deps: PostDeps) {}

  /** Sends what the rules of this kind make of a result. Returns what goes first. */
  send(order: ResultOrder): CallbackRecord {
    const rules = this.deps.callbackRules.take(`${order.about}_result`, order.subject);
    const script = mergeScripts(order.script, rules);
    const first = script.asTimeout ? this.sendTimeout(order, script) : this.#result(order, script);
    if (script.asTimeout && script.thenResult) {
      this.#result(order, putOff(script, script.thenResultMs ?? RESULT_AFTER_TIMEOUT_MS));
    }
    const { contradiction } = script;
    if (contradiction) {
      const second = putOff(script, contradiction.afterMs);
      this.#result(order, { ...second, resultCode: contradiction.resultCode });
    }
    return first;
  }

  /** Tells the timeout address that the request has been given up, true or not. */
  sendTimeout(order: ResultOrder, script = order.script): CallbackRecord {
    const kind = `${order.about}_timeout` as const;
    const own = mergeScripts(script, this.deps.callbackRules.take(kind, order.subject));
    return this.deps.outbox.enqueue({
      kind,
      ...order.subject,
      url: order.timeoutUrl,
      ...buildTimeout(order.factsFor(own), own, this.deps.settings.current),
      script: own,
    });
  }

  #result(order: ResultOrder, script: CallbackScript): CallbackRecord {
    return this.deps.outbox.enqueue({
      kind: `${order.about}_result`,
      ...order.subject,
      url: order.resultUrl,
      ...buildResult(order.factsFor(script), script, this.deps.settings.current),
      script,
    });
  }
}

/** Later words win, but each says only what it says of the shape. */
function mergeScripts(first: CallbackScript, second: CallbackScript): CallbackScript {
  const shape = first.shape || second.shape ? { ...first.shape, ...second.shape } : undefined;
  return { ...first, ...second, ...(shape && { shape }) };
}

function putOff(script: CallbackScript, byMs: number): CallbackScript {
  return { ...script, delayMs: (script.delayMs ?? 0) + byMs };
}
