import type { z } from "zod";

import type { CallbackRule, CallbackRuleInput } from "@/sandbox/callbacks/callback-script";
import type { CallbackAttempt, CallbackRecord } from "@/sandbox/callbacks/outbox";
import type { Payout } from "@/sandbox/daraja/payout";
import type { Push } from "@/sandbox/daraja/push";
import type { QueryRule, QueryRuleInput } from "@/sandbox/daraja/query-scripts";
import type { StatusRule, StatusRuleInput } from "@/sandbox/daraja/status-scripts";
import type { SentEmail } from "@/sandbox/email/mailbox";
import type { Fault, FaultInput } from "@/sandbox/faults";
import type { JournalEntry, JournalFilter } from "@/sandbox/journal";
import type { Purchase } from "@/sandbox/pesavoucher/purchase";
import type { Settings } from "@/sandbox/settings";
import { StatementControl } from "./statement-control";
import { withId, withQuery } from "./control-caller";
import type {
  endPayoutSchema,
  forgeB2cResultSchema,
  organisationFundsSchema,
  payoutFilterSchema,
} from "./payout-schemas";
import type { LedgerView } from "./view-ledger";
import type { MpesaLedgerView } from "./view-mpesa-ledger";
import type { OrganisationView } from "./view-organisations";
import type { VoucherView } from "./view-voucher";
import type { PayoutVoucherView } from "./view-voucher-payout";
import type {
  emailFilterSchema,
  forgeVoucherCreatedSchema,
  merchantBalanceSchema,
  payoutVoucherFilterSchema,
} from "./voucher-payout-schemas";
import type {
  answerPromptSchema,
  callbackFilterSchema,
  createVoucherSchema,
  deliverSchema,
  endPushSchema,
  forgeSchema,
  forgeStkSchema,
  phoneChangeSchema,
  pushFilterSchema,
  startPaymentSchema,
} from "./control-schemas";
import type { HandsetView } from "./phone-control";

export type CreateVoucherInput = z.input<typeof createVoucherSchema>;
export type StartPaymentInput = z.input<typeof startPaymentSchema>;
export type ForgeCallbackInput = z.input<typeof forgeSchema>;
export type CallbackFilter = z.input<typeof callbackFilterSchema>;
export type PromptAnswer = NonNullable<z.input<typeof answerPromptSchema>["answer"]>;
export type PushFilter = Omit<z.input<typeof pushFilterSchema>, "limit"> & { limit?: number };
export type PushEnd = z.input<typeof endPushSchema>;
export type ForgeStkInput = z.input<typeof forgeStkSchema>;
export type PayoutFilter = Omit<z.input<typeof payoutFilterSchema>, "limit"> & { limit?: number };
export type PayoutEndInput = z.input<typeof endPayoutSchema>;
export type ForgeB2cResultInput = z.input<typeof forgeB2cResultSchema>;
export type OrganisationFunds = z.input<typeof organisationFundsSchema>;
export type PayoutVoucherFilter = Omit<z.input<typeof payoutVoucherFilterSchema>, "limit"> & {
  limit?: number;
};
export type EmailFilter = Omit<z.input<typeof emailFilterSchema>, "limit"> & { limit?: number };
export type MerchantBalance = z.input<typeof merchantBalanceSchema>;
export type ForgeVoucherCreatedInput = z.input<typeof forgeVoucherCreatedSchema>;
export type HeldFilter = z.input<typeof deliverSchema>;
export type PhoneChange = z.input<typeof phoneChangeSchema>;
export type ClockView = { nowMs: number; frozen: boolean };
export type ListFilter = {
  merchantId?: string | undefined;
  sessionId?: string | undefined;
  state?: string | undefined;
  limit?: number | undefined;
};

/**
 * A typed client for `/_control` of the sandbox at `baseUrl` (for example
 * `http://127.0.0.1:4010`). Every method throws an Error with the sandbox's own words when the
 * call is refused. Amounts are bigint cents.
 */
export function createSandboxControl(baseUrl: string): SandboxControl {
  return new SandboxControl(baseUrl);
}

export class SandboxControl extends StatementControl {
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

  /** Makes a voucher without page or phone; with `callbackUrl` the purchase callback is sent. */
  createVoucher(
    input: CreateVoucherInput,
  ): Promise<{ voucher: VoucherView; payment: Purchase | null }> {
    return this.call("POST", "/vouchers", input);
  }

  /** Vouchers with their state, oldest first. */
  vouchers(filter: ListFilter = {}): Promise<VoucherView[]> {
    return this.call("GET", withQuery("/vouchers", filter));
  }

  /** One voucher with its state. */
  voucher(code: string): Promise<VoucherView> {
    return this.call("GET", withId("/vouchers", code));
  }

  /** Starts a purchase as the hosted page does: PENDING, with a prompt on the phone. */
  startPayment(input: StartPaymentInput): Promise<Purchase> {
    return this.call("POST", "/payments", input);
  }

  /** Payments, oldest first; `state` is PENDING, SUCCESS, FAILED, CANCELLED or TIMEOUT. */
  payments(filter: ListFilter = {}): Promise<Purchase[]> {
    return this.call("GET", withQuery("/payments", filter));
  }

  /** One payment. */
  payment(id: string): Promise<Purchase> {
    return this.call("GET", withId("/payments", id));
  }

  /** Vouchers sent to customers with `create_voucher`, oldest first. */
  payoutVouchers(filter: PayoutVoucherFilter = {}): Promise<PayoutVoucherView[]> {
    return this.call("GET", withQuery("/payout-vouchers", filter));
  }

  /** Redeems a voucher as its customer does on the page; throws when it cannot be redeemed. */
  redeemPayout(code: string): Promise<PayoutVoucherView> {
    return this.call("POST", `${withId("/payout-vouchers", code)}/redeem`);
  }

  /** E-mails the simulated provider sent, oldest first. */
  emails(filter: EmailFilter = {}): Promise<SentEmail[]> {
    return this.call("GET", withQuery("/emails", filter));
  }

  /** From now on this e-mail belongs to nobody: `User not found`, or an account is made for it. */
  forgetCustomer(email: string): Promise<{ ok: boolean }> {
    return this.call("POST", "/customers/forget", { email });
  }

  /** Sets a merchant's wallet, from which vouchers to customers are paid. */
  setMerchantBalance(input: MerchantBalance): Promise<{ merchantId: string; walletCents: bigint }> {
    return this.call("POST", "/merchant-balance", input);
  }

  /** Sends the callback of a voucher that was never made, waits for its answer, returns the record. */
  sendForgedVoucherCreated(input: ForgeVoucherCreatedInput): Promise<CallbackRecord> {
    return this.call("POST", "/payout-vouchers/forge", input);
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

  /** The provider's books: totals per merchant and entries (`limit: 0` for totals alone). */
  ledger(filter: { merchantId?: string; limit?: number } = {}): Promise<LedgerView> {
    return this.call("GET", withQuery("/ledger", filter));
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
