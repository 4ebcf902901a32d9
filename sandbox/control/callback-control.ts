import type { z } from "zod";
import type { CallbackRule, CallbackRuleInput } from "@/sandbox/callbacks/callback-script";
import type { CallbackAttempt, CallbackRecord } from "@/sandbox/callbacks/outbox";
import { withId, withQuery } from "./control-caller";
import type { callbackFilterSchema, deliverSchema, forgeSchema } from "./control-schemas";
import { PesavoucherControl } from "./pesavoucher-control";

export type ForgeCallbackInput = z.input<typeof forgeSchema>;
export type CallbackFilter = z.input<typeof callbackFilterSchema>;
export type HeldFilter = z.input<typeof deliverSchema>;

/** The part of the control client about callbacks: scripted, kept back, sent, doubled or made up. */
export class CallbackControl extends PesavoucherControl {
  /** Scripts what happens to coming callbacks: delay, drop, copies, hold, lies, damage. */
  scriptCallbacks(rule: CallbackRuleInput): Promise<CallbackRule> {
    return this.call("POST", "/callback-scripts", rule);
  }

  /** The callback scripts still waiting. */
  callbackScripts(): Promise<CallbackRule[]> {
    return this.call("GET", "/callback-scripts");
  }

  /** Removes one callback script, or all. */
  clearCallbackScripts(id?: string): Promise<{ removed: number }> {
    return this.call("DELETE", withId("/callback-scripts", id));
  }

  /** Callbacks with their attempts and answers, oldest first. */
  callbacks(filter: CallbackFilter = {}): Promise<CallbackRecord[]> {
    return this.call("GET", withQuery("/callbacks", filter));
  }

  /** One callback with its attempts. */
  callback(id: string): Promise<CallbackRecord> {
    return this.call("GET", withId("/callbacks", id));
  }

  /** Keeps a callback that has not gone yet. */
  holdCallback(id: string): Promise<CallbackRecord> {
    return this.call("POST", `${withId("/callbacks", id)}/hold`);
  }

  /** Sends a held, waiting or dropped callback now (it goes off after this call has answered). */
  releaseCallback(id: string): Promise<CallbackRecord> {
    return this.call("POST", `${withId("/callbacks", id)}/release`);
  }

  /** Sends the same bytes again, waits for the answers and returns them. */
  duplicateCallback(
    id: string,
    options: { copies?: number; parallel?: boolean } = {},
  ): Promise<CallbackAttempt[]> {
    return this.call("POST", `${withId("/callbacks", id)}/duplicate`, options);
  }

  /** Sends a callback nobody earned, waits for its answer and returns the record with it. */
  forgeCallback(input: ForgeCallbackInput): Promise<CallbackRecord> {
    return this.call("POST", "/callbacks/forge", input);
  }

  /**
   * Delivers the oldest held callback as its script says, waits for the answers and returns it.
   * With the setting `callbackDelivery: "explicit"` every callback is held until then.
   */
  deliverNext(filter: HeldFilter = {}): Promise<CallbackRecord> {
    return this.call("POST", "/callbacks/deliver-next", filter);
  }

  /** Delivers the held callbacks one after another until none is left. */
  settle(filter: HeldFilter = {}): Promise<CallbackRecord[]> {
    return this.call("POST", "/callbacks/settle", filter);
  }
}
