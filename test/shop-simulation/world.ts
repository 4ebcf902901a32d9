import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import type { User } from "@/lib/generated/prisma/client";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { saveProviderAccount } from "@/lib/merchants/save-provider-account";
import { saveWithdrawalRules } from "@/lib/payments/withdrawals/save-withdrawal-rules";
import { registerCollectionUrls } from "@/lib/recovery/pull/register-collection-urls";
import { registerPull } from "@/lib/recovery/pull/register-pull";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { createStaff } from "@/prisma/factories/create-staff";
import type { SandboxControl } from "@/sandbox/control/client";
import type { Shop } from "../shop";
import { advanceClock, clock } from "../simulation/recover";
import { Chance } from "../withdrawal-simulation/chance";
import { Sure } from "./sure";
import { emptyDatabase } from "../withdrawal-simulation/empty-database";
import type { TakeWork } from "../withdrawal-simulation/round";
import type { Wire } from "./wire";
import type { Payment, Plan } from "./plan";

const CUSTOMERS_PER_MERCHANT = 2;
export const CUSTOMERS = 2 * CUSTOMERS_PER_MERCHANT;
export const WALLET_CENTS = 200_000_000n;
export const UTILITY_CENTS = 500_000_000n;
const WHOLESALE = { initiatorName: "wholesale", password: "Malipo#Wholesale1" };

export interface Merchant {
  readonly id: string;
  /** What it collects with, and is told of. */
  readonly shortcode: string;
  readonly accountId: string;
  /** Two of its people: one asks and decides, the other looks at it a second time. */
  readonly maker: Ctx;
  readonly checker: Ctx;
}

export interface Customer {
  readonly user: User;
  readonly ctx: Ctx;
  readonly merchant: Merchant;
}

/** What came of one payment so far, as far as the people in it know. */
export interface Known {
  readonly depositIds: string[];
  readonly withdrawalIds: string[];
  readonly refundIds: string[];
  /** Of a voucher's page; empty until it was opened. */
  sessionId: string;
  callbackUrl: string;
}

/** Two merchants, their customers and the providers beside them, for some days. */
export class World {
  private readonly known = new Map<number, Known>();
  /** What the payer of each payment by hand meant: a deposit, typed so that it can be read, or nobody's. */
  readonly meant = new Map<string, string | null>();
  /** Withdrawals whose provider has been told what to do. */
  readonly arranged = new Set<string>();
  /** Withdrawals of which the provider itself said that it paid nothing, whatever it did. */
  readonly denied = new Set<string>();
  readonly tally = new Map<string, number>();
  /** Until when nobody of ours is at work. */
  outageUntilMs = 0;
  private readonly lines: string[] = [];
  private readonly startedAtMs = clock().getTime();

  private constructor(
    readonly shop: Shop,
    readonly wire: Wire,
    readonly name: string,
    readonly merchants: readonly Merchant[],
    readonly customers: readonly Customer[],
    readonly plan: Plan,
    private readonly takeWork: TakeWork,
  ) {}

  /** Everything is new: books, people, providers. */
  static async open(
    given: { shop: Shop; wire: Wire; takeWork: TakeWork },
    name: string,
    plan: Plan,
  ): Promise<World> {
    const { shop, wire, takeWork } = given;
    takeWork();
    wire.putUp();
    await emptyDatabase();
    const { control } = shop.sandbox;
    await control.reset({ seed: name });
    const chance = drawsFor(plan, `${name}:providers`);
    await control.changeSettings({
      stkQueryHiccupShare: 0,
      samePhoneIntervalMs: MINUTE_MS,
      c2bAfterStk: chance.happens(0.6),
      c2bChargeCents: chance.pick([500n, 0n, 0n]),
      c2bNames: chance.pick(["full", "first_only"] as const),
      pullPageSize: chance.pick([100, 2]),
      pullKeys: chance.pick(["spaced", "plain"] as const),
      pullMsisdnForm: chance.pick(["number", "masked"] as const),
      statementWithdrawnSign: chance.pick(["minus", "plain"] as const),
    });
    await control.setMerchantBalance({ balanceCents: WALLET_CENTS });
    await control.setOrganisationFunds({ utilityCents: UTILITY_CENTS });
    if (plan.backFails) {
      const script = { endsWith: { resultCode: "21" } };
      await control.scriptCallbacks({ kind: "reversal_result", script });
    }
    const merchants = [await openFirst(), await openSecond(control)];
    const customers = await openCustomers(merchants);
    return new World(shop, wire, name, merchants, customers, plan, takeWork);
  }

  /** The draws of one thing that happens, the same each time. */
  draws(name: string): Chance {
    return drawsFor(this.plan, name);
  }

  get control(): SandboxControl {
    return this.shop.sandbox.control;
  }

  customerOf(payment: Payment): Customer {
    const customer = this.customers[payment.customer % this.customers.length];
    if (!customer) throw new Error("a shop has customers");
    return customer;
  }

  /** A phone of its own for each payment, and none whose ending makes the simulator act by itself. */
  phoneOf({ number }: Payment): string {
    return `+25479${String(number).padStart(5, "0")}${30 + (number % 60)}`;
  }

  of(payment: Payment): Known {
    const found = this.known.get(payment.number);
    if (found) return found;
    const fresh = {
      ...{ depositIds: [], withdrawalIds: [], refundIds: [] },
      ...{ sessionId: "", callbackUrl: "" },
    };
    this.known.set(payment.number, fresh);
    return fresh;
  }

  count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  now(): number {
    return clock().getTime() - this.startedAtMs;
  }

  /** Remembers what happened, for the trace of a failing seed. */
  note(payment: Payment | null, who: string, text: string): void {
    const seconds = Math.floor(this.now() / SECOND_MS);
    const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24];
    const parts = [hours, Math.floor(seconds / 60) % 60, seconds % 60];
    const time = parts.map((part) => String(part).padStart(2, "0")).join(":");
    this.lines.push(
      `day ${days + 1} ${time} ${payment ? `#${payment.number}` : "all"} ${who}: ${text}`,
    );
  }

  /** What was noted about some payments and about all of them; everything when none are named. */
  traceOf(payments: readonly Payment[]): string[] {
    if (payments.length === 0) return this.lines;
    const marks = [" all ", ...payments.map(({ number }) => ` #${number} `)];
    return this.lines.filter((line) => marks.some((mark) => line.includes(mark)));
  }

  takeAfterAnswers(): (() => Promise<unknown>)[] {
    return this.takeWork();
  }

  /** Moves everybody's clock; what falls due at the providers meanwhile happens, and reaches the shop. */
  async pass(ms: number): Promise<void> {
    advanceClock(ms);
    await this.control.advanceClock(0);
    await this.wire.quiet();
  }

  get isOut(): boolean {
    return this.now() < this.outageUntilMs;
  }
}

function drawsFor(plan: Plan, name: string): Chance {
  return plan.isChosen ? new Sure(name) : new Chance(name);
}

async function openFirst(): Promise<Merchant> {
  const { id } = await createMerchant();
  const { shortcode } = env().mpesa;
  const account = await db().providerAccount.findFirstOrThrow({
    where: { merchantId: id, shortcode },
  });
  return openMerchant({ id, shortcode, accountId: account.id });
}

async function openSecond(control: SandboxControl): Promise<Merchant> {
  const { id } = await createMerchant();
  const { consumerKey, consumerSecret, environment } = env().mpesa;
  const shortcode = "600977";
  const accountId = await saveProviderAccount(
    makeCtx(id, { kind: "system", id: "simulation" }, { now: clock }),
    {
      ...{ environment, shortcode, tillNumber: null, isDefault: true },
      secrets: {
        ...{ consumerKey, consumerSecret },
        passkey: `malipo-demo-passkey-${shortcode}`,
      },
      payout: {
        initiatorName: WHOLESALE.initiatorName,
        commandId: "BusinessPayment",
        isPayoutDefault: false,
        credential: {
          password: WHOLESALE.password,
          certificatePem: await control.certificate(),
        },
      },
    },
  );
  return openMerchant({ id, shortcode, accountId });
}

async function openMerchant(
  known: Pick<Merchant, "id" | "shortcode" | "accountId">,
): Promise<Merchant> {
  const { id: merchantId, accountId } = known;
  const staff = async (role: "staff" | "admin") => {
    const { id } = await createStaff({ merchantId, role });
    return makeCtx(merchantId, { kind: "staff", id, role }, { now: clock });
  };
  const [maker, checker] = [await staff("staff"), await staff("admin")];
  await saveWithdrawalRules(checker, {
    ...{ perPayment: "20000", day: "60000", week: "100000", approvalAbove: "1500" },
    ...{ reviewAbove: "2000", voucherFee: "15", mpesaFee: "10" },
    ...{ voucherFloor: "100", mpesaFloor: "100" },
  });
  await registerCollectionUrls(checker, { accountId });
  await registerPull(checker, { accountId, nominatedNumber: "0722 000 000" });
  return { ...known, maker, checker };
}

async function openCustomers(merchants: readonly Merchant[]): Promise<Customer[]> {
  const customers: Customer[] = [];
  for (const merchant of merchants) {
    for (let index = 0; index < CUSTOMERS_PER_MERCHANT; index += 1) {
      const phone = `+25470${String(customers.length).padStart(5, "0")}${30 + customers.length}`;
      const user = await createCustomer({ merchantId: merchant.id, phone });
      const actor = { kind: "customer", id: user.id } as const;
      customers.push({ user, merchant, ctx: makeCtx(merchant.id, actor, { now: clock }) });
    }
  }
  return customers;
}

/** A jump of the clock is one of these. */
export const JUMPS_MS = [10 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS] as const;
