import { randomUUID } from "node:crypto";

import { CallbackRules } from "@/sandbox/callbacks/callback-script";
import { CallbackOutbox } from "@/sandbox/callbacks/outbox";
import { AccessTokens } from "@/sandbox/daraja/access-tokens";
import { DarajaDirectory, type OwnDarajaCredentials } from "@/sandbox/daraja/accounts";
import { CollectionDesk } from "@/sandbox/daraja/collection-desk";
import { CollectionUrls } from "@/sandbox/daraja/collection-urls";
import { CustomerPayments } from "@/sandbox/daraja/customer-payments";
import { ProviderKeys } from "@/sandbox/daraja/key-pair";
import { Operators } from "@/sandbox/daraja/operators";
import { PayoutDesk } from "@/sandbox/daraja/payout-desk";
import { PushDesk } from "@/sandbox/daraja/push-desk";
import { QueryRules } from "@/sandbox/daraja/query-scripts";
import { openOrganisations } from "@/sandbox/daraja/open-organisations";
import { PullRegistrations } from "@/sandbox/daraja/pull-registrations";
import { ReversalDesk } from "@/sandbox/daraja/reversal-desk";
import { ResultPost } from "@/sandbox/daraja/result-post";
import { StatusDesk } from "@/sandbox/daraja/status-desk";
import { StatusRules } from "@/sandbox/daraja/status-scripts";
import { Mailbox } from "@/sandbox/email/mailbox";
import { FaultBook } from "./faults";
import { Journal } from "./journal";
import { SandboxClock } from "@/sandbox/kit/clock";
import { SeededIds } from "@/sandbox/kit/ids";
import { ProviderLedger } from "./ledger";
import { MpesaBooks } from "./mpesa-books";
import { CustomerRegister } from "@/sandbox/pesavoucher/customer-register";
import { MerchantDirectory, type OwnMerchantCredentials } from "@/sandbox/pesavoucher/merchants";
import { VoucherPayoutDesk } from "@/sandbox/pesavoucher/payout-desk";
import { PurchaseDesk } from "@/sandbox/pesavoucher/purchase-desk";
import { seedVouchers } from "@/sandbox/pesavoucher/seed-vouchers";
import { VoucherStore } from "@/sandbox/pesavoucher/voucher-store";
import { PhoneNetwork } from "@/sandbox/phone/phone-network";
import { SettingsStore, type Settings } from "./settings";

export type WorldOptions = {
  /** Left out, every start and every reset draws new codes, so they never collide with a shop's old data. */
  seed?: string | undefined;
  settings?: Partial<Settings> | undefined;
  credentials: OwnMerchantCredentials;
  daraja: OwnDarajaCredentials;
};

/** Everything one sandbox remembers, in memory. `reset` brings it back to its first moment. */
export class World {
  readonly clock = new SandboxClock();
  readonly journal = new Journal();
  readonly faults = new FaultBook(() => this.#ids.fraction());
  readonly callbackRules = new CallbackRules();
  readonly ledger = new ProviderLedger();
  readonly mpesaBooks = new MpesaBooks();
  readonly queryRules = new QueryRules();
  readonly payments = new CustomerPayments();
  readonly collectionUrls = new CollectionUrls();
  readonly pullRegistrations = new PullRegistrations();
  readonly statusRules = new StatusRules();
  readonly settings: SettingsStore;
  readonly merchants: MerchantDirectory;
  readonly vouchers: VoucherStore;
  readonly phones: PhoneNetwork;
  readonly outbox: CallbackOutbox;
  readonly desk: PurchaseDesk;
  readonly mailbox = new Mailbox();
  readonly customers = new CustomerRegister();
  readonly voucherPayouts: VoucherPayoutDesk;
  readonly darajaAccounts: DarajaDirectory;
  readonly tokens: AccessTokens;
  readonly collections: CollectionDesk;
  readonly pushes: PushDesk;
  readonly keys: ProviderKeys;
  readonly operators: Operators;
  readonly results: ResultPost;
  readonly payouts: PayoutDesk;
  readonly reversals: ReversalDesk;
  readonly statusDesk: StatusDesk;
  #ids: SeededIds;

  constructor(readonly options: WorldOptions) {
    this.#ids = new SeededIds(options.seed ?? randomUUID());
    this.settings = new SettingsStore(options.settings);
    this.merchants = new MerchantDirectory(options.credentials);
    const { clock, settings, journal, faults, callbackRules, ledger } = this;
    const ids = (): SeededIds => this.#ids;
    this.vouchers = new VoucherStore(clock);
    this.phones = new PhoneNetwork({ clock, ids, settings, books: this.mpesaBooks });
    this.outbox = new CallbackOutbox({ clock, ids, settings, journal });
    this.desk = new PurchaseDesk({
      clock,
      ids,
      settings,
      phones: this.phones,
      vouchers: this.vouchers,
      ledger,
      outbox: this.outbox,
      callbackRules,
      faults,
    });
    this.voucherPayouts = new VoucherPayoutDesk({
      clock,
      ids,
      settings,
      vouchers: this.vouchers,
      ledger,
      mailbox: this.mailbox,
      outbox: this.outbox,
      callbackRules,
    });
    this.darajaAccounts = new DarajaDirectory(options.daraja);
    this.tokens = new AccessTokens({ clock, ids, settings });
    const { phones, outbox } = this;
    const collecting = { clock, ids, settings, phones, outbox, callbackRules };
    this.collections = new CollectionDesk({
      ...collecting,
      books: this.mpesaBooks,
      payments: this.payments,
      urls: this.collectionUrls,
    });
    const { collections } = this;
    this.pushes = new PushDesk({ ...collecting, directory: this.darajaAccounts, collections });
    const directory = this.darajaAccounts;
    this.keys = new ProviderKeys({ clock, settings, given: options.daraja });
    this.operators = new Operators({ directory, keys: this.keys, settings });
    this.results = new ResultPost({ outbox: this.outbox, callbackRules, settings });
    const { operators, results, statusRules } = this;
    const initiating = { clock, ids, settings, directory, operators, results };
    const moving = { ...initiating, phones, books: this.mpesaBooks, outbox, callbackRules };
    this.payouts = new PayoutDesk(moving);
    this.reversals = new ReversalDesk({ ...moving, payments: this.payments });
    const { payouts, reversals, payments } = this;
    this.statusDesk = new StatusDesk({ ...initiating, payouts, reversals, payments, statusRules });
    this.#seedProvider();
  }

  get ids(): SeededIds {
    return this.#ids;
  }

  /** Forgets everything that happened and starts again, with this seed, the first one, or a new one. */
  reset(seed: string | undefined): void {
    this.clock.reset();
    this.outbox.reset();
    this.journal.reset();
    this.faults.remove();
    this.callbackRules.remove();
    this.queryRules.remove();
    this.statusRules.remove();
    this.ledger.reset();
    this.mpesaBooks.reset();
    this.tokens.expireAll();
    this.collections.reset();
    this.payments.reset();
    this.collectionUrls.reset();
    this.pullRegistrations.reset();
    this.pushes.reset();
    this.operators.unlock();
    this.payouts.reset();
    this.reversals.reset();
    this.vouchers.reset();
    this.phones.reset();
    this.desk.reset();
    this.mailbox.reset();
    this.customers.reset();
    this.voucherPayouts.reset();
    this.settings.reset();
    this.#ids = new SeededIds(seed ?? this.options.seed ?? randomUUID());
    this.#seedProvider();
  }

  close(): void {
    this.clock.reset();
    this.outbox.reset();
  }

  #seedProvider(): void {
    const { merchants, vouchers, voucherPayouts, ledger } = this;
    seedVouchers({ merchants, vouchers, voucherPayouts, ledger, nowMs: this.clock.nowMs() });
    openOrganisations(this.darajaAccounts, this.mpesaBooks, this.clock.nowMs());
  }
}
