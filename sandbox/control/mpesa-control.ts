import type { z } from "zod";
import type { CallbackRecord } from "@/sandbox/callbacks/outbox";
import type { Payout } from "@/sandbox/daraja/payout";
import type { Push } from "@/sandbox/daraja/push";
import type { QueryRule, QueryRuleInput } from "@/sandbox/daraja/query-scripts";
import type { StatusRule, StatusRuleInput } from "@/sandbox/daraja/status-scripts";
import { withId, withQuery } from "./control-caller";
import type { endPushSchema, forgeStkSchema, pushFilterSchema } from "./control-schemas";
import type {
  endPayoutSchema,
  forgeB2cResultSchema,
  organisationFundsSchema,
  payoutFilterSchema,
} from "./payout-schemas";
import { StatementControl } from "./statement-control";
import type { MpesaLedgerView } from "./view-mpesa-ledger";
import type { OrganisationView } from "./view-organisations";

export type PushFilter = Omit<z.input<typeof pushFilterSchema>, "limit"> & { limit?: number };
export type PushEnd = z.input<typeof endPushSchema>;
export type ForgeStkInput = z.input<typeof forgeStkSchema>;
export type PayoutFilter = Omit<z.input<typeof payoutFilterSchema>, "limit"> & { limit?: number };
export type PayoutEndInput = z.input<typeof endPayoutSchema>;
export type ForgeB2cResultInput = z.input<typeof forgeB2cResultSchema>;
export type OrganisationFunds = z.input<typeof organisationFundsSchema>;

/** The part of the control client about M-Pesa: prompts, payouts, what questions are told, and its books. */
export class MpesaControl extends StatementControl {
  /** Sends the callback of a push that did not end so, waits for its answer, returns the record. */
  sendForgedStk(input: ForgeStkInput): Promise<CallbackRecord> {
    return this.call("POST", "/pushes/forge", input);
  }

  /** M-Pesa pushes, oldest first. */
  listPushes(filter: PushFilter = {}): Promise<Push[]> {
    return this.call("GET", withQuery("/pushes", filter));
  }

  /** One push by its id, or the newest whose callback address contains a text; throws when there is none. */
  async getPush(which: string | { callbackUrlContains: string }): Promise<Push> {
    if (typeof which === "string") return this.call("GET", withId("/pushes", which));
    const push = (await this.listPushes(which)).at(-1);
    if (!push) throw new Error(`No push has ${which.callbackUrlContains} in its callback address`);
    return push;
  }

  /** Ends an open push with any code, listed or not; with 0 the customer pays. */
  endPush(checkoutRequestId: string, end: PushEnd): Promise<Push> {
    return this.call("POST", `${withId("/pushes", checkoutRequestId)}/end`, end);
  }

  /** Scripts what queries about pushes say, whatever is true. */
  scriptQueries(rule: QueryRuleInput): Promise<QueryRule> {
    return this.call("POST", "/query-scripts", rule);
  }

  /** The query scripts still waiting. */
  queryScripts(): Promise<QueryRule[]> {
    return this.call("GET", "/query-scripts");
  }

  /** Removes one query script, or all. */
  clearQueryScripts(id?: string): Promise<{ removed: number }> {
    return this.call("DELETE", withId("/query-scripts", id));
  }

  /** Ends every M-Pesa access token at once. */
  expireTokens(): Promise<{ expired: number }> {
    return this.call("POST", "/tokens/expire");
  }

  /** M-Pesa payouts, oldest first; at most `limit` of the newest. */
  payouts(filter: PayoutFilter = {}): Promise<Payout[]> {
    return this.call("GET", withQuery("/payouts", filter));
  }

  /** Ends a pending payout now, as it would have ended, or with any code. */
  endPayout(originatorConversationId: string, end: PayoutEndInput = {}): Promise<Payout> {
    return this.call("POST", `${withId("/payouts", originatorConversationId)}/end`, end);
  }

  /** Sends the result of a payout that did not end so, waits for its answer, returns the record. */
  sendForgedB2cResult(input: ForgeB2cResultInput): Promise<CallbackRecord> {
    return this.call("POST", "/payouts/forge", input);
  }

  /** Scripts what questions about the status of a transaction are told, whatever is true. */
  scriptStatus(rule: StatusRuleInput): Promise<StatusRule> {
    return this.call("POST", "/status-scripts", rule);
  }

  /** The status scripts still waiting. */
  statusScripts(): Promise<StatusRule[]> {
    return this.call("GET", "/status-scripts");
  }

  /** Removes one status script, or all. */
  clearStatusScripts(id?: string): Promise<{ removed: number }> {
    return this.call("DELETE", withId("/status-scripts", id));
  }

  /** Sets what an organisation has to pay out from. */
  setOrganisationFunds(funds: OrganisationFunds): Promise<OrganisationView> {
    return this.call("PATCH", "/organisations", funds);
  }

  /** Lets operators locked after wrong passwords (8006) in again. */
  unlockInitiators(): Promise<{ unlocked: number }> {
    return this.call("POST", "/initiators/unlock");
  }

  /** The certificate whose key encrypts operator passwords, as PEM. */
  certificate(): Promise<string> {
    return this.call("GET", "/certificate");
  }

  /** M-Pesa's books: totals per shortcode and organisation, all accounts, the newest transfers. */
  mpesaLedger(filter: { limit?: number } = {}): Promise<MpesaLedgerView> {
    return this.call("GET", withQuery("/mpesa-ledger", filter));
  }
}
