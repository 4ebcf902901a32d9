import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SeededIds } from "@/sandbox/kit/ids";
import type { SettingsStore } from "@/sandbox/settings";
import { handsetBehaviourOf, type HandsetBehaviour } from "./handset-behaviour";
import { approvalSms, noFundsSms } from "./sms-texts";

export type PromptOutcome = "approved" | "cancelled" | "wrong_pin" | "no_funds" | "timed_out";

export type PromptResult = {
  promptId: string;
  msisdn: string;
  outcome: PromptOutcome;
  /** The M-Pesa receipt; only an approved prompt has one. */
  receipt: string | null;
  finishedAtMs: number;
};

export type PromptOrder = {
  msisdn: string;
  /** Who asks for the money, as the prompt names them. */
  business: string;
  reference: string;
  amountCents: bigint;
  /** Overrides what the number's own ending would do. */
  behaviour?: HandsetBehaviour | undefined;
  /** Called exactly once, when the prompt ends in whatever way. */
  onResult: (result: PromptResult) => void;
};

export type Prompt = Omit<PromptOrder, "onResult" | "behaviour"> & {
  id: string;
  behaviour: HandsetBehaviour;
  state: "open" | PromptOutcome;
  /** False when the phone was off or out of reach: the person never sees it. */
  delivered: boolean;
  triesLeft: number;
  createdAtMs: number;
  deadlineAtMs: number;
  receipt: string | null;
};

export type Sms = { id: string; atMs: number; from: string; text: string };

export type Handset = {
  msisdn: string;
  poweredOn: boolean;
  balanceCents: bigint;
  prompts: Prompt[];
  messages: Sms[];
  /** Grows with every visible change, so that a page knows when to redraw. */
  version: number;
};

export type PinAnswer = PromptOutcome | "try_again" | "gone";

type Running = { prompt: Prompt; onResult: PromptOrder["onResult"]; cancelTimers: (() => void)[] };
type PhoneDeps = { clock: SandboxClock; ids: () => SeededIds; settings: SettingsStore };

const PROMPTS_KEPT = 20;
const MESSAGES_KEPT = 50;

/**
 * Every virtual handset and the prompts on them. It knows nothing of who asks for money: a
 * simulator orders a prompt and gets the outcome through the function it passed.
 */
export class PhoneNetwork {
  #handsets = new Map<string, Handset>();
  #running = new Map<string, Running>();

  constructor(readonly deps: PhoneDeps) {}

  /** The handset with this number (twelve digits); made on first use. */
  handset(msisdn: string): Handset {
    const found = this.#handsets.get(msisdn);
    if (found) return found;
    const handset: Handset = {
      msisdn,
      poweredOn: true,
      balanceCents: this.deps.settings.current.handsetBalanceCents,
      prompts: [],
      messages: [],
      version: 1,
    };
    this.#handsets.set(msisdn, handset);
    return handset;
  }

  handsets(): Iterable<Handset> {
    return this.#handsets.values();
  }

  /** The oldest prompt the person has not answered yet. */
  openPrompt(msisdn: string): Prompt | undefined {
    return this.#handsets
      .get(msisdn)
      ?.prompts.find((prompt) => prompt.state === "open" && prompt.delivered);
  }

  requestPrompt(order: PromptOrder): Prompt {
    const { clock, settings } = this.deps;
    const handset = this.handset(order.msisdn);
    const behaviour = order.behaviour ?? handsetBehaviourOf(order.msisdn.slice(-2));
    const nowMs = clock.nowMs();
    const prompt: Prompt = {
      id: this.deps.ids().serial("prompt"),
      msisdn: order.msisdn,
      business: order.business,
      reference: order.reference,
      amountCents: order.amountCents,
      behaviour,
      state: "open",
      delivered: handset.poweredOn && behaviour !== "silent",
      triesLeft: settings.current.pinTries,
      createdAtMs: nowMs,
      deadlineAtMs: nowMs + settings.current.promptTimeoutMs,
      receipt: null,
    };
    handset.prompts = [...handset.prompts, prompt].slice(-PROMPTS_KEPT);
    handset.version += 1;
    const running: Running = { prompt, onResult: order.onResult, cancelTimers: [] };
    this.#running.set(prompt.id, running);
    running.cancelTimers.push(
      clock.schedule(settings.current.promptTimeoutMs, () => this.#finish(prompt.id, "timed_out")),
    );
    if (prompt.delivered && behaviour !== "ask") {
      running.cancelTimers.push(
        clock.schedule(settings.current.magicDelayMs, () => this.#actByItself(prompt)),
      );
    }
    return prompt;
  }

  /** The person typed a PIN. `gone` means the prompt has ended already. */
  enterPin(promptId: string, pin: string): PinAnswer {
    const prompt = this.#running.get(promptId)?.prompt;
    if (!prompt?.delivered) return "gone";
    if (pin !== this.deps.settings.current.pin) {
      prompt.triesLeft -= 1;
      this.handset(prompt.msisdn).version += 1;
      return prompt.triesLeft > 0 ? "try_again" : this.#finish(promptId, "wrong_pin");
    }
    return this.#payOrRefuse(prompt);
  }

  /** The person pressed Cancel. */
  cancel(promptId: string): PinAnswer {
    const prompt = this.#running.get(promptId)?.prompt;
    return prompt?.delivered ? this.#finish(promptId, "cancelled") : "gone";
  }

  /** Ends a prompt as if nobody had answered it, without waiting. */
  timeOut(promptId: string): PinAnswer {
    return this.#finish(promptId, "timed_out");
  }

  setPower(msisdn: string, poweredOn: boolean): void {
    const handset = this.handset(msisdn);
    handset.poweredOn = poweredOn;
    handset.version += 1;
  }

  setBalance(msisdn: string, balanceCents: bigint): void {
    const handset = this.handset(msisdn);
    handset.balanceCents = balanceCents;
    handset.version += 1;
  }

  deliverSms(msisdn: string, from: string, text: string): void {
    const handset = this.handset(msisdn);
    const sms: Sms = {
      id: this.deps.ids().serial("sms"),
      atMs: this.deps.clock.nowMs(),
      from,
      text,
    };
    handset.messages = [...handset.messages, sms].slice(-MESSAGES_KEPT);
    handset.version += 1;
  }

  reset(): void {
    this.#handsets.clear();
    this.#running.clear();
  }

  #actByItself(prompt: Prompt): void {
    if (prompt.behaviour === "approve") this.#payOrRefuse(prompt);
    if (prompt.behaviour === "cancel") this.#finish(prompt.id, "cancelled");
    if (prompt.behaviour === "no_funds") this.#refuseForFunds(prompt);
    if (prompt.behaviour === "wrong_pin") this.#finish(prompt.id, "wrong_pin");
  }

  #payOrRefuse(prompt: Prompt): PinAnswer {
    const handset = this.handset(prompt.msisdn);
    if (handset.balanceCents < prompt.amountCents) return this.#refuseForFunds(prompt);
    if (!this.#running.has(prompt.id)) return "gone";
    handset.balanceCents -= prompt.amountCents;
    prompt.receipt = this.deps.ids().receipt();
    const atMs = this.deps.clock.nowMs();
    this.deliverSms(
      prompt.msisdn,
      "MPESA",
      approvalSms({ ...prompt, receipt: prompt.receipt, balanceCents: handset.balanceCents, atMs }),
    );
    return this.#finish(prompt.id, "approved");
  }

  #refuseForFunds(prompt: Prompt): PinAnswer {
    if (!this.#running.has(prompt.id)) return "gone";
    const { balanceCents } = this.handset(prompt.msisdn);
    this.deliverSms(prompt.msisdn, "MPESA", noFundsSms({ ...prompt, balanceCents }));
    return this.#finish(prompt.id, "no_funds");
  }

  #finish(promptId: string, outcome: PromptOutcome): PinAnswer {
    const running = this.#running.get(promptId);
    if (!running) return "gone";
    this.#running.delete(promptId);
    for (const cancelTimer of running.cancelTimers) cancelTimer();
    const { prompt } = running;
    prompt.state = outcome;
    this.handset(prompt.msisdn).version += 1;
    running.onResult({
      promptId,
      msisdn: prompt.msisdn,
      outcome,
      receipt: prompt.receipt,
      finishedAtMs: this.deps.clock.nowMs(),
    });
    return outcome;
  }
}
