import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SeededIds } from "@/sandbox/kit/ids";
import type { Journal } from "@/sandbox/journal";
import type { SettingsStore } from "@/sandbox/settings";
import {
  SUBJECT_NAMES,
  type CallbackKind,
  type CallbackScript,
  type CallbackSubject,
} from "./callback-script";
import { sendOnce } from "./send-once";

export type CallbackAttempt = {
  atMs: number;
  /** Zero when no answer came. */
  status: number;
  durationMs: number;
  error: string | null;
};

export type CallbackState =
  "scheduled" | "held" | "awaiting_return" | "sending" | "delivered" | "failed" | "dropped";

export type CallbackRecord = CallbackSubject & {
  id: string;
  kind: CallbackKind;
  url: string;
  headers: Record<string, string>;
  body: string;
  state: CallbackState;
  createdAtMs: number;
  nextAttemptAtMs: number | null;
  retryDelaysMs: number[];
  copies: number;
  parallel: boolean;
  afterReturnMs: number;
  attempts: CallbackAttempt[];
};

export type CallbackOrder = Partial<CallbackSubject> & {
  kind: CallbackKind;
  url: string;
  headers: Record<string, string>;
  body: string;
  script: CallbackScript;
  /** Told of every answer, status 0 for none at all. */
  onAnswer?: ((sent: { status: number; body: string }) => void) | undefined;
};

/** Only callbacks of this kind and state that are about this; what is left out does not matter. */
export type RecordFilter = {
  [name in "kind" | "state" | keyof CallbackSubject]?: CallbackRecord[name] | undefined;
};

type OutboxDeps = {
  clock: SandboxClock;
  ids: () => SeededIds;
  settings: SettingsStore;
  journal: Journal;
};

/** Sends callbacks the way the provider is believed to, or the way a script says, and remembers every try. */
export class CallbackOutbox {
  #records = new Map<string, CallbackRecord>();
  #awaitingReturn = new Map<string, Set<CallbackRecord>>();
  #byConversation = new Map<string, CallbackRecord[]>();
  // Apart from the records, which are shown to whoever asks.
  #listeners = new WeakMap<CallbackRecord, NonNullable<CallbackOrder["onAnswer"]>>();
  // Oldest first; one that is held no longer is dropped when it is met.
  #held = new Set<CallbackRecord>();

  constructor(readonly deps: OutboxDeps) {}

  /** Takes one callback and starts what its script asks for. */
  enqueue(order: CallbackOrder): CallbackRecord {
    const { script } = order;
    const record: CallbackRecord = {
      id: this.deps.ids().serial("cb"),
      kind: order.kind,
      paymentId: order.paymentId ?? null,
      sessionId: order.sessionId ?? null,
      voucherCode: order.voucherCode ?? null,
      uniqueId: order.uniqueId ?? null,
      email: order.email ?? null,
      checkoutRequestId: order.checkoutRequestId ?? null,
      originatorConversationId: order.originatorConversationId ?? null,
      receipt: order.receipt ?? null,
      msisdn: order.msisdn ?? null,
      url: order.url,
      headers: order.headers,
      body: order.body,
      state: "scheduled",
      createdAtMs: this.deps.clock.nowMs(),
      nextAttemptAtMs: null,
      retryDelaysMs: [...(script.retryDelaysMs ?? this.#retryDelaysMs(order.kind))],
      copies: script.copies ?? 1,
      parallel: script.parallel ?? false,
      afterReturnMs: script.afterReturnMs ?? 0,
      attempts: [],
    };
    this.#remember(record);
    if (order.onAnswer) this.#listeners.set(record, order.onAnswer);
    this.#begin(record, script);
    return record;
  }

  find(id: string): CallbackRecord | undefined {
    return this.#records.get(id);
  }

  list(): Iterable<CallbackRecord> {
    return this.#records.values();
  }

  /** Oldest first. Those about one payout are found without looking at all the others. */
  search(filter: RecordFilter): CallbackRecord[] {
    const { originatorConversationId } = filter;
    const candidates =
      typeof originatorConversationId === "string"
        ? (this.#byConversation.get(originatorConversationId) ?? [])
        : this.#records.values();
    return [...candidates].filter((record) => matchesFilter(record, filter));
  }

  /** The oldest callback that is held. */
  nextHeld(filter: RecordFilter = {}): CallbackRecord | undefined {
    if (typeof filter.originatorConversationId === "string") {
      return this.search({ ...filter, state: "held" })[0];
    }
    for (const record of this.#held) {
      if (record.state !== "held") this.#held.delete(record);
      else if (matchesFilter(record, filter)) return record;
    }
    return undefined;
  }

  /** Keeps a callback that has not been sent yet. False when it is too late. */
  hold(record: CallbackRecord): boolean {
    if (record.state !== "scheduled" && record.state !== "awaiting_return") return false;
    this.#leaveReturnQueue(record);
    this.#keep(record);
    record.nextAttemptAtMs = null;
    return true;
  }

  /** Sends a held, waiting or dropped callback now. False when there is nothing to release. */
  release(record: CallbackRecord): boolean {
    if (!["held", "awaiting_return", "scheduled", "dropped"].includes(record.state)) return false;
    this.#leaveReturnQueue(record);
    this.#schedule(record, 0);
    return true;
  }

  /** Sends a callback that is waiting, in the way its script says, and waits for the answers. */
  async deliverNow(record: CallbackRecord): Promise<CallbackRecord> {
    this.#leaveReturnQueue(record);
    await this.#deliver(record);
    return record;
  }

  /** Sends the same bytes again, `copies` times, one after another or at once. */
  async resend(
    record: CallbackRecord,
    copies: number,
    parallel: boolean,
  ): Promise<CallbackAttempt[]> {
    if (parallel) {
      return Promise.all(Array.from({ length: copies }, () => this.#attempt(record, "re-sent")));
    }
    const attempts: CallbackAttempt[] = [];
    for (let copy = 0; copy < copies; copy += 1)
      attempts.push(await this.#attempt(record, "re-sent"));
    return attempts;
  }

  /** Tells the outbox that the customer of this payment went back to the shop. */
  customerReturned(paymentId: string): void {
    for (const record of this.#awaitingReturn.get(paymentId) ?? []) {
      if (record.state === "awaiting_return") this.#schedule(record, record.afterReturnMs);
    }
    this.#awaitingReturn.delete(paymentId);
  }

  reset(): void {
    for (const record of this.#records.values()) record.state = "dropped";
    this.#records.clear();
    this.#byConversation.clear();
    this.#held.clear();
    this.#awaitingReturn.clear();
  }

  #remember(record: CallbackRecord): void {
    this.#records.set(record.id, record);
    if (record.originatorConversationId === null) return;
    const others = this.#byConversation.get(record.originatorConversationId);
    if (others) others.push(record);
    else this.#byConversation.set(record.originatorConversationId, [record]);
  }

  #keep(record: CallbackRecord): void {
    record.state = "held";
    this.#held.add(record);
  }

  #begin(record: CallbackRecord, script: CallbackScript): void {
    if (script.drop) {
      record.state = "dropped";
    } else if (script.hold || this.deps.settings.current.callbackDelivery === "explicit") {
      this.#keep(record);
    } else if (script.afterReturnMs !== undefined && record.paymentId !== null) {
      record.state = "awaiting_return";
      const waiting = this.#awaitingReturn.get(record.paymentId) ?? new Set();
      this.#awaitingReturn.set(record.paymentId, waiting.add(record));
    } else {
      this.#schedule(record, script.delayMs ?? 0);
    }
  }

  /** What was measured differs by provider: one repeats, the other does not. */
  #retryDelaysMs(kind: CallbackKind): readonly number[] {
    const settings = this.deps.settings.current;
    if (kind === "stk") return settings.stkCallbackRetryDelaysMs;
    // What a customer paid by hand is told once, or never.
    if (kind.startsWith("c2b_")) return [];
    const isMpesa = /^(?:b2c|status|balance|reversal)_/.test(kind);
    return isMpesa ? settings.resultRetryDelaysMs : settings.callbackRetryDelaysMs;
  }

  #leaveReturnQueue(record: CallbackRecord): void {
    if (record.paymentId !== null) this.#awaitingReturn.get(record.paymentId)?.delete(record);
  }

  #schedule(record: CallbackRecord, delayMs: number): void {
    const dueMs = this.deps.clock.nowMs() + delayMs;
    record.state = "scheduled";
    record.nextAttemptAtMs = dueMs;
    this.deps.clock.schedule(delayMs, () => {
      // A hold, a release or a reset in between makes this appointment void.
      if (record.state !== "scheduled" || record.nextAttemptAtMs !== dueMs) return;
      void this.#deliver(record);
    });
  }

  async #deliver(record: CallbackRecord): Promise<void> {
    record.state = "sending";
    record.nextAttemptAtMs = null;
    const copies = record.attempts.length === 0 ? record.copies : 1;
    const note = record.attempts.length === 0 ? "" : `try ${record.attempts.length + 1}`;
    const sent: CallbackAttempt[] = [];
    if (record.parallel) {
      sent.push(
        ...(await Promise.all(Array.from({ length: copies }, () => this.#attempt(record, note)))),
      );
    } else {
      for (let copy = 0; copy < copies; copy += 1) sent.push(await this.#attempt(record, note));
    }
    if (this.#records.get(record.id) !== record) return;
    this.#settle(record, sent.some(isAccepted));
  }

  #settle(record: CallbackRecord, accepted: boolean): void {
    const retryDelayMs = accepted ? undefined : record.retryDelaysMs.shift();
    if (retryDelayMs !== undefined) this.#schedule(record, retryDelayMs);
    else record.state = accepted ? "delivered" : "failed";
  }

  async #attempt(record: CallbackRecord, note: string): Promise<CallbackAttempt> {
    const atMs = this.deps.clock.nowMs();
    const sent = await sendOnce({
      url: record.url,
      headers: record.headers,
      body: record.body,
      patienceMs: this.deps.settings.current.callbackPatienceMs,
    });
    const attempt: CallbackAttempt = {
      atMs,
      status: sent.status,
      durationMs: sent.durationMs,
      error: sent.error,
    };
    record.attempts.push(attempt);
    // An answer that comes after a reset belongs to a world nobody asks about any more.
    if (this.#records.get(record.id) !== record) return attempt;
    this.#listeners.get(record)?.({ status: sent.status, body: sent.answerBody });
    this.deps.journal.record({
      atMs,
      direction: "out",
      operation: `callback:${record.kind}`,
      method: "POST",
      url: record.url,
      requestHeaders: record.headers,
      requestBody: record.body,
      status: sent.status,
      answerBody: sent.answerBody,
      durationMs: sent.durationMs,
      note: [note, sent.error].filter(Boolean).join("; "),
    });
    return attempt;
  }
}

const FILTER_NAMES = ["kind", "state", ...SUBJECT_NAMES] as const;

function matchesFilter(record: CallbackRecord, filter: RecordFilter): boolean {
  return FILTER_NAMES.every((name) => filter[name] === undefined || record[name] === filter[name]);
}

function isAccepted(attempt: CallbackAttempt): boolean {
  return attempt.status >= 200 && attempt.status < 300;
}
