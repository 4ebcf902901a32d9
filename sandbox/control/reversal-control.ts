import type { z } from "zod";

import type { CallbackRecord } from "@/sandbox/callbacks/outbox";
import type { Reversal } from "@/sandbox/daraja/reversal";
import { CollectionControl } from "./collection-control";
import { withId, withQuery } from "./control-caller";
import type {
  endReversalSchema,
  forgeReversalResultSchema,
  reversalFilterSchema,
} from "./reversal-schemas";

export type ReversalFilter = Omit<z.input<typeof reversalFilterSchema>, "limit"> & {
  limit?: number;
};
export type ReversalEndInput = z.input<typeof endReversalSchema>;
export type ForgeReversalResultInput = z.input<typeof forgeReversalResultSchema>;

/** The part of the control client about payments that go back. */
export class ReversalControl extends CollectionControl {
  /** Reversals, oldest first; at most `limit` of the newest. */
  reversals(filter: ReversalFilter = {}): Promise<Reversal[]> {
    return this.call("GET", withQuery("/reversals", filter));
  }

  /** Ends a pending reversal now, as it would have ended, or with any code. */
  endReversal(originatorConversationId: string, end: ReversalEndInput = {}): Promise<Reversal> {
    return this.call("POST", `${withId("/reversals", originatorConversationId)}/end`, end);
  }

  /** Sends the result of a reversal that did not end so, waits for its answer, returns the record. */
  sendForgedReversalResult(input: ForgeReversalResultInput): Promise<CallbackRecord> {
    return this.call("POST", "/reversals/forge", input);
  }
}
