import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import type { User } from "@/lib/generated/prisma/client";
import { HOUR_MS, MINUTE_MS } from "@/lib/kit/time";
import { saveProviderAccount } from "@/lib/merchants/save-provider-account";
import type { Push } from "@/sandbox/daraja/push";
import type { Shop } from "../shop";
import { runUntilCrash, type CrashPoint } from "./crash-points";
import { advanceClock } from "./recover";

export interface Customer {
  readonly user: User;
  readonly ctx: Ctx;
  /** What this customer's merchant collects with; null stands for its default. */
  readonly shortcodes: readonly (string | null)[];
}

export interface OpenPurchase {
  readonly customer: Customer;
  readonly depositId: string;
  readonly sessionId: string;
  readonly callbackUrl: string;
  readonly amountCents: bigint;
}

/** A filled-in M-Pesa form, which may be sent any number of times. */
export interface PromptForm {
  readonly customer: Customer;
  readonly phone: string;
  readonly amountCents: bigint;
  readonly attemptKey: string;
  readonly shortcode: string | null;
}

export interface PromptedDeposit {
  readonly customer: Customer;
  readonly depositId: string;
}

/** Work that a door left for after its answer. */
export type TakeWork = () => (() => Promise<unknown>)[];

/** Ordinary lines: no ending that makes the sandbox act by itself. */
const PHONES = ["+254712000041", "+254712000052", "+254712000063"] as const;

/** A few customers of two merchants, and the providers beside them, taken from step to step. */
export class Life {
  readonly purchases: OpenPurchase[] = [];
  readonly forms: PromptForm[] = [];
  /** In the order in which they came to exist. */
  readonly prompted: PromptedDeposit[] = [];
  readonly phones = PHONES;
  private serial = 0;

  private constructor(
    readonly shop: Shop,
    readonly name: string,
    readonly customers: readonly Customer[],
    private readonly takeWork: TakeWork,
  ) {}

  /** The providers forget all; callbacks go only when a step delivers them. Codes differ by name. */
  static async open(shop: Shop, name: string, takeWork: TakeWork): Promise<Life> {
    takeWork();
    // A life that was cut short may have left prompts on the phones.
    advanceClock(HOUR_MS);
    const { control } = shop.sandbox;
    await control.reset({ seed: name });
    await control.changeSettings({ samePhoneIntervalMs: MINUTE_MS });
    for (const kind of ["purchase", "redemption", "stk"] as const)
      await control.scriptCallbacks({ kind, script: { hold: true } });
    // A life begins with providers about which nothing is known yet, whatever the one before met.
    await db().providerGate.deleteMany();
    await db().providerToken.deleteMany();
    return new Life(shop, name, await makeCustomers(shop), takeWork);
  }

  get control(): Shop["sandbox"]["control"] {
    return this.shop.sandbox.control;
  }

  /** A number that no earlier call of this life got. */
  nextSerial(): number {
    this.serial += 1;
    return this.serial;
  }

  /** Remembers the M-Pesa deposits that the last step opened. */
  async noticePrompted(): Promise<void> {
    const own = new Map(this.customers.map((customer) => [customer.user.id, customer]));
    const opened = await db().deposit.findMany({
      where: {
        method: "mpesa",
        customerId: { in: [...own.keys()] },
        id: { notIn: this.prompted.map(({ depositId }) => depositId) },
      },
      select: { id: true, customerId: true },
    });
    for (const { id, customerId } of opened) {
      const customer = own.get(customerId);
      if (customer) this.prompted.push({ customer, depositId: id });
    }
  }

  /** What M-Pesa knows of a deposit's prompt; undefined when none was ever accepted. */
  async pushOf(depositId: string): Promise<Push | undefined> {
    const found = await this.control.listPushes({ callbackUrlContains: depositId });
    return found.at(-1);
  }

  /** Runs what the doors left for after their answers, in a process that may die during it. */
  async workAfterAnswers(crash: CrashPoint | null): Promise<void> {
    const work = this.takeWork();
    if (work.length === 0) return;
    await runUntilCrash(() => Promise.all(work.map((one) => one())), crash);
  }

  /** The same inside a process that is under way already. */
  async workAmid(): Promise<void> {
    for (const one of this.takeWork()) await one();
  }

  async jump(ms: number): Promise<void> {
    advanceClock(ms);
    // The providers live by the same clock: what fell due there happens now.
    await this.control.advanceClock(0);
  }
}

/** Two of one merchant, who also has a till, and one of another, whose default is another PayBill. */
async function makeCustomers(shop: Shop): Promise<Customer[]> {
  const first = await shop.customer();
  const second = await shop.customer(first.user.merchantId);
  const third = await shop.customer();
  const till = { shortcode: "600981", tillNumber: "300981", isDefault: false };
  await addShortcode(first.user.merchantId, till);
  const payBill = { shortcode: "600977", tillNumber: null, isDefault: true };
  await addShortcode(third.user.merchantId, payBill);
  return [
    { ...first, shortcodes: [null, "600981"] },
    { ...second, shortcodes: [null, "600981"] },
    { ...third, shortcodes: [null, env().mpesa.shortcode] },
  ];
}

async function addShortcode(
  merchantId: string,
  account: { shortcode: string; tillNumber: string | null; isDefault: boolean },
): Promise<void> {
  const { consumerKey, consumerSecret, environment } = env().mpesa;
  const passkey = `malipo-demo-passkey-${account.shortcode}`;
  await saveProviderAccount(makeCtx(merchantId, { kind: "system", id: "simulation" }), {
    ...account,
    environment,
    secrets: { consumerKey, consumerSecret, passkey },
  });
}
