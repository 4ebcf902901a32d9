import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SeededIds } from "@/sandbox/kit/ids";
import { OUTSIDE, type MpesaBooks } from "@/sandbox/mpesa-books";
import type { SettingsStore } from "@/sandbox/settings";
import { handsetBehaviourOf, type HandsetBehaviour } from "./handset-behaviour";
import { approvalSms, noFundsSms, promptQuestion, type PromptKind } from "./sms-texts";

export type PromptOutcome =
  | "approved"
  | "cancelled"
  | "wrong_pin"
  | "no_funds"
  | "timed_out"
  | "pin_locked"
  /** Taken back by whoever ordered it. */
  | "withdrawn";

/** Why a prompt never appeared on the screen. */
export type PromptObstacle = "switched_off" | "out_of_reach" | "old_sim" | "silent";

export type PromptResult = {
  promptId: string;
  msisdn: string;
  outcome: PromptOutcome;
  /** Null when the person saw the prompt. */
  obstacle: PromptObstacle | null;
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
  /** Decides the words of the prompt and of the confirmation; left out, those of a hosted page. */
  asks?: PromptKind | undefined;
  /** The M-Pesa account that gets the money, such as `shortcode:174379`. */
  payee: string;
  /** Overrides what the number's own ending would do. */
  behaviour?: HandsetBehaviour | undefined;
  /** Called exactly once, when the prompt ends in whatever way. */
  onResult: (result: PromptResult) => void;
};

export type Prompt = Omit<PromptOrder, "onResult" | "behaviour" | "asks"> & {
  id: string;
  asks: PromptKind;
  /** The words on the screen. */
  question: string;
  behaviour: HandsetBehaviour;
  state: "open" | PromptOutcome;
  /** False when the phone was off or out of reach: the person never sees it. */
  delivered: boolean;
  obstacle: PromptObstacle | null;
  triesLeft: number;
  createdAtMs: number;
  deadlineAtMs: number;
  receipt: string | null;
};

export type Sms = { id: string; atMs: number; from: string; text: string };

export type Handset = {
  msisdn: string;
  poweredOn: boolean;
  /** False in a place without signal. */
  reachable: boolean;
  /** A SIM card too old to show prompts. */
  simTooOld: boolean;
  /** Every PIN is refused until it is unlocked. */
  pinLocked: boolean;
  balanceCents: bigint;
  prompts: Prompt[];
  messages: Sms[];
  /** Grows with every visible change, so that a page knows when to redraw. */
  version: number;
};

export type PinAnswer = PromptOutcome | "try_again" | "gone";

type Running = { prompt: Prompt; onResult: PromptOrder["onResult"]; cancelTimers: (() => void)[] };
type PhoneDeps = {
  clock: SandboxClock;
  ids: () => SeededIds;
  settings: SettingsStore;
  books: MpesaBooks;
};
/** What can be changed about a phone without touching its money. */
export type PhoneCondition = Pick<Handset, "poweredOn" | "reachable" | "simTooOld" | "pinLocked">;

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
      reachable: true,
      simTooOld: false,
      pinLocked: false,
      balanceCents: this.deps.settings.current.handsetBalanceCents,
      prompts: [],
      messages: [],
      version: 1,
    };
    this.#handsets.set(msisdn, handset);
    this.#book({ kind: "opening", from: OUTSIDE, to: accountOf(msisdn), ...handset });
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

  /** Whether a prompt is still running on this phone, seen or not. */
  isBusy(msisdn: string): boolean {
    const handset = this.#handsets.get(msisdn);
    return handset?.prompts.some((prompt) => this.#running.has(prompt.id)) ?? false;
  }

  requestPrompt(order: PromptOrder): Prompt {
    const { clock, settings } = this.deps;
    const handset = this.handset(order.msisdn);
    const prompt = this.#makePrompt(order, handset);
    const { behaviour } = prompt;
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
    const handset = this.handset(prompt.msisdn);
    if (handset.pinLocked) return this.#finish(promptId, "pin_locked");
    if (pin === this.deps.settings.current.pin) return this.#payOrRefuse(prompt);
    prompt.triesLeft -= 1;
    handset.version += 1;
    if (prompt.triesLeft > 0) return "try_again";
    handset.pinLocked = this.deps.settings.current.pinLocksAfterLastTry;
    return this.#finish(promptId, "wrong_pin");
  }

  /** The person does at once what they would do in the end; one who is asked pays. */
  actNow(promptId: string): PinAnswer {
    const prompt = this.#running.get(promptId)?.prompt;
    if (!prompt) return "gone";
    if (!prompt.delivered) return this.#finish(promptId, "timed_out");
    if (prompt.behaviour === "ask") return this.enterPin(promptId, this.deps.settings.current.pin);
    this.#actByItself(prompt);
    return prompt.state === "open" ? "gone" : prompt.state;
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

  /** Takes a prompt off the phone before its person has answered. */
  withdraw(promptId: string): PinAnswer {
    return this.#finish(promptId, "withdrawn");
  }

  /** Changes what state the phone is in; prompts already on it stay as they are. */
  setCondition(msisdn: string, change: Partial<PhoneCondition>): void {
    const handset = this.handset(msisdn);
    Object.assign(handset, change);
    handset.version += 1;
  }

  setBalance(msisdn: string, balanceCents: bigint): void {
    const handset = this.handset(msisdn);
    const differenceCents = balanceCents - handset.balanceCents;
    const account = accountOf(msisdn);
    if (differenceCents >= 0n) {
      this.#book({ kind: "adjusted", from: OUTSIDE, to: account, balanceCents: differenceCents });
    } else {
      this.#book({ kind: "adjusted", from: account, to: OUTSIDE, balanceCents: -differenceCents });
    }
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

  #makePrompt(order: PromptOrder, handset: Handset): Prompt {
    const { promptTimeoutMs, pinTries } = this.deps.settings.current;
    const behaviour = order.behaviour ?? handsetBehaviourOf(order.msisdn.slice(-2));
    const obstacle = obstacleOf(handset, behaviour);
    const asks = order.asks ?? "hosted";
    const nowMs = this.deps.clock.nowMs();
    return {
      id: this.deps.ids().serial("prompt"),
      msisdn: order.msisdn,
      business: order.business,
      reference: order.reference,
      amountCents: order.amountCents,
      asks,
      payee: order.payee,
      question: promptQuestion({ ...order, asks }),
      behaviour,
      state: "open",
      delivered: obstacle === null,
      obstacle,
      triesLeft: pinTries,
      createdAtMs: nowMs,
      deadlineAtMs: nowMs + promptTimeoutMs,
      receipt: null,
    };
  }

  #book(change: {
    kind: "opening" | "adjusted";
    from: string;
    to: string;
    balanceCents: bigint;
  }): void {
    this.deps.books.transfer({
      atMs: this.deps.clock.nowMs(),
      kind: change.kind,
      from: change.from,
      to: change.to,
      amountCents: change.balanceCents,
      receipt: null,
      reference: null,
    });
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
    const atMs = this.deps.clock.nowMs();
    handset.balanceCents -= prompt.amountCents;
    prompt.receipt = this.deps.ids().receipt(atMs);
    this.deps.books.transfer({
      atMs,
      kind: "paid",
      from: accountOf(prompt.msisdn),
      to: prompt.payee,
      amountCents: prompt.amountCents,
      receipt: prompt.receipt,
      reference: prompt.reference,
    });
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
      obstacle: prompt.obstacle,
      receipt: prompt.receipt,
      finishedAtMs: this.deps.clock.nowMs(),
    });
    return outcome;
  }
}

function accountOf(msisdn: string): string {
  return `phone:${msisdn}`;
}

function obstacleOf(handset: Handset, behaviour: HandsetBehaviour): PromptObstacle | null {
  if (!handset.poweredOn) return "switched_off";
  if (!handset.reachable) return "out_of_reach";
  if (handset.simTooOld) return "old_sim";
  return behaviour === "silent" ? "silent" : null;
}
