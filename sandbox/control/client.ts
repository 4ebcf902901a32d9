import type { z } from "zod";
import type { Fault, FaultInput } from "@/sandbox/faults";
import type { JournalEntry, JournalFilter } from "@/sandbox/journal";
import type { Settings } from "@/sandbox/settings";
import { CallbackControl } from "./callback-control";
import { withId, withQuery } from "./control-caller";
import type { answerPromptSchema, phoneChangeSchema } from "./control-schemas";
import type { HandsetView } from "./phone-control";

export type PromptAnswer = NonNullable<z.input<typeof answerPromptSchema>["answer"]>;
export type PhoneChange = z.input<typeof phoneChangeSchema>;
export type ClockView = { nowMs: number; frozen: boolean };

/**
 * A typed client for `/_control` of the sandbox at `baseUrl` (for example
 * `http://127.0.0.1:4010`). Every method throws an Error with the sandbox's own words when the
 * call is refused. Amounts are bigint cents.
 */
export function createSandboxControl(baseUrl: string): SandboxControl {
  return new SandboxControl(baseUrl);
}

export class SandboxControl extends CallbackControl {
  /** Whether the sandbox answers, and the seed its codes come from. */
  health(): Promise<{ ok: boolean; seed: string }> {
    return this.call("GET", "/health");
  }

  /**
   * Forgets everything: payments, vouchers, phones, faults, scripts, settings, journal, clock.
   * Without a seed the sandbox keeps the one it was started with, or draws new codes.
   */
  reset(input: { seed?: string } = {}): Promise<{ ok: boolean; seed: string }> {
    return this.call("POST", "/reset", input);
  }

  /** The settings as they stand. */
  settings(): Promise<Settings> {
    return this.call("GET", "/settings");
  }

  /** Changes some settings, leaves the others, returns them all. */
  changeSettings(changes: Partial<Settings>): Promise<Settings> {
    return this.call("PATCH", "/settings", changes);
  }

  /** The sandbox's own time. */
  clock(): Promise<ClockView> {
    return this.call("GET", "/clock");
  }

  /** Moves the sandbox's time forward; prompts time out and callbacks go as it passes their moment. */
  advanceClock(ms: number): Promise<ClockView> {
    return this.call("POST", "/clock/advance", { ms });
  }

  /** Stops the sandbox's time; only `advanceClock` moves it. What is due at once still happens. */
  freezeClock(): Promise<ClockView> {
    return this.call("POST", "/clock/freeze");
  }

  /** Lets the sandbox's time run again from where it stands. */
  resumeClock(): Promise<ClockView> {
    return this.call("POST", "/clock/resume");
  }

  /** Scripts a fault of an API endpoint, before or after its state change. */
  addFault(fault: FaultInput): Promise<Fault> {
    return this.call("POST", "/faults", fault);
  }

  /** The faults still waiting for calls. */
  faults(): Promise<Fault[]> {
    return this.call("GET", "/faults");
  }

  /** Removes one fault, or all. */
  clearFaults(id?: string): Promise<{ removed: number }> {
    return this.call("DELETE", withId("/faults", id));
  }

  /** A handset with its prompts, messages and balance. */
  phone(number: string): Promise<HandsetView> {
    return this.call("GET", withId("/phones", number));
  }

  /** Sets a handset's power, signal, SIM card, PIN lock or M-Pesa balance. */
  changePhone(number: string, change: PhoneChange): Promise<HandsetView> {
    return this.call("PATCH", withId("/phones", number), change);
  }

  /** Answers the open prompt of a handset as its owner would; refused when there is none. */
  answerPrompt(
    number: string,
    answer: PromptAnswer,
  ): Promise<{ promptId: string; outcome: string }> {
    return this.call("POST", `${withId("/phones", number)}/answer`, { answer });
  }

  /** Types a PIN into the open prompt of a handset, the right one unless told otherwise. */
  enterPin(number: string, pin?: string): Promise<{ promptId: string; outcome: string }> {
    const typed = pin === undefined ? {} : { pin };
    return this.call("POST", `${withId("/phones", number)}/answer`, {
      answer: "approve",
      ...typed,
    });
  }

  /** The last exchanges in both directions (at most 5,000 are kept), oldest first. */
  journal(filter: JournalFilter = {}): Promise<JournalEntry[]> {
    return this.call("GET", withQuery("/journal", filter));
  }

  /** Empties the journal. */
  clearJournal(): Promise<{ ok: boolean }> {
    return this.call("DELETE", "/journal");
  }
}
