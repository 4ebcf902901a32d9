import { randomUUID } from "node:crypto";

import { CallbackRules } from "@/sandbox/callbacks/callback-script";
import { CallbackOutbox } from "@/sandbox/callbacks/outbox";
import { FaultBook } from "./faults";
import { Journal } from "./journal";
import { SandboxClock } from "@/sandbox/kit/clock";
import { SeededIds } from "@/sandbox/kit/ids";
import { ProviderLedger } from "./ledger";
import { MerchantDirectory, type OwnMerchantCredentials } from "@/sandbox/pesavoucher/merchants";
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
};

/** Everything one sandbox remembers, in memory. `reset` brings it back to its first moment. */
export class World {
  readonly clock = new SandboxClock();
  readonly journal = new Journal();
  readonly faults = new FaultBook();
  readonly callbackRules = new CallbackRules();
  readonly ledger = new ProviderLedger();
  readonly settings: SettingsStore;
  readonly merchants: MerchantDirectory;
  readonly vouchers: VoucherStore;
  readonly phones: PhoneNetwork;
  readonly outbox: CallbackOutbox;
  readonly desk: PurchaseDesk;
  #ids: SeededIds;

  constructor(readonly options: WorldOptions) {
    this.#ids = new SeededIds(options.seed ?? randomUUID());
    this.settings = new SettingsStore(options.settings);
    this.merchants = new MerchantDirectory(options.credentials);
    const { clock, settings, journal, faults, callbackRules, ledger } = this;
    const ids = (): SeededIds => this.#ids;
    this.vouchers = new VoucherStore(clock);
    this.phones = new PhoneNetwork({ clock, ids, settings });
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
    this.ledger.reset();
    this.vouchers.reset();
    this.phones.reset();
    this.desk.reset();
    this.settings.reset();
    this.#ids = new SeededIds(seed ?? this.options.seed ?? randomUUID());
    this.#seedProvider();
  }

  close(): void {
    this.clock.reset();
    this.outbox.reset();
  }

  #seedProvider(): void {
    const { merchants, vouchers, ledger } = this;
    seedVouchers({ merchants, vouchers, ledger, nowMs: this.clock.nowMs() });
  }
}
