import { decrypt } from "@/lib/crypto";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { saveWithdrawalRules } from "@/lib/payments/withdrawals/save-withdrawal-rules";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createStaff } from "@/prisma/factories/create-staff";
import type { SandboxControl } from "@/sandbox/control/client";
import { fund } from "../payouts";
import type { Shop } from "../shop";
import { advanceClock, clock } from "../simulation/recover";
import { Chance } from "./chance";
import { arrange } from "./fates";
import { emptyDatabase } from "./empty-database";
import { Orders } from "./orders";
import type { Outside } from "./outside";
import type { Plan } from "./plan";

export const WALLET_CENTS = 200_000_000n;
export const UTILITY_CENTS = 500_000_000n;
const CUSTOMERS_PER_MERCHANT = 6;
export const CUSTOMERS = 2 * CUSTOMERS_PER_MERCHANT;

export interface Customer {
  readonly user: User;
  readonly ctx: Ctx;
  /** Two people of their merchant: one asks in customers' names, the other decides. */
  readonly maker: Ctx;
  readonly checker: Ctx;
  readonly fundedCents: bigint;
}

/** What a verb has told a person, which must stay true. */
export interface Word {
  readonly withdrawalId: string;
  readonly told: "cancelled" | "rejected";
}

/** Work that a door left for after its answer. */
export type TakeWork = () => (() => Promise<unknown>)[];

/** A shop with two merchants and their customers, and the providers beside it, for some hours. */
export class Round {
  /** The plans whose withdrawals exist, and what these are. */
  readonly withdrawals = new Map<string, Plan>();
  readonly references = new Map<string, string>();
  readonly words: Word[] = [];
  readonly orders = new Orders();
  /** Why forms were turned down, and how often. */
  readonly refusals = new Map<string, number>();
  private readonly byDestination = new Map<string, Plan>();
  private readonly lines: string[] = [];
  private readonly startedAtMs = clock().getTime();

  private constructor(
    readonly shop: Shop,
    readonly outside: Outside,
    readonly name: string,
    readonly customers: readonly Customer[],
    readonly plans: readonly Plan[],
    private readonly takeWork: TakeWork,
  ) {
    for (const plan of plans) this.byDestination.set(this.destinationOf(plan), plan);
  }

  /** Everything is new: books, customers, providers. */
  static async open(
    given: { shop: Shop; outside: Outside; takeWork: TakeWork },
    name: string,
    plans: readonly Plan[],
  ): Promise<Round> {
    const { shop, outside, takeWork } = given;
    takeWork();
    outside.putUp();
    await emptyDatabase();
    await shop.sandbox.control.reset({ seed: name });
    const customers = await openMerchants(new Chance(name));
    return new Round(shop, outside, name, customers, plans, takeWork);
  }

  get control(): SandboxControl {
    return this.shop.sandbox.control;
  }

  customerOf(plan: Plan): Customer {
    const customer = this.customers[plan.customer % this.customers.length];
    if (!customer) throw new Error("a round has customers");
    return customer;
  }

  destinationOf(plan: Plan): string {
    const { number, method, fate } = plan;
    if (plan.toOwnPhone) return this.customerOf(plan).user.phone ?? "";
    if (method === "mpesa") {
      const ending = fate.ending === "" ? String(30 + (number % 60)) : fate.ending;
      return `+25479${String(number).padStart(5, "0")}${ending}`;
    }
    const [local, magic] = [`customer${number}`, fate.ending];
    return `${magic.startsWith("+") ? local + magic : magic + local}@example.com`;
  }

  now(): number {
    return clock().getTime() - this.startedAtMs;
  }

  /** Remembers what happened, for the trace of a failing round. */
  note(plan: Plan | null, text: string): void {
    const seconds = Math.floor(this.now() / 1_000);
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const at = parts.map((part) => String(part).padStart(2, "0")).join(":");
    this.lines.push(`${at} ${plan ? `#${plan.number}` : "all"} ${text}`);
  }

  /** What was noted about some plans, or the newest of all. */
  traceOf(plans: readonly Plan[]): string[] {
    const marks = plans.map(({ number }) => ` #${number} `);
    const own = this.lines.filter((line) => marks.some((mark) => line.includes(mark)));
    return own.length > 0 ? own : this.lines.slice(-40);
  }

  /** Finds the withdrawals that came to exist, and scripts what their providers will do. */
  async noticeNew(): Promise<void> {
    const found = await db().withdrawal.findMany({
      where: { id: { notIn: [...this.withdrawals.keys()] } },
      select: { id: true, method: true, providerRef: true, destinationCipher: true, state: true },
    });
    await Promise.all(
      found.map(async ({ id, method, providerRef: reference, destinationCipher, state }) => {
        const destination = decrypt(destinationCipher).toString("utf8");
        const plan = this.byDestination.get(destination);
        if (!plan) throw new Error(`nobody planned a withdrawal to ${destination}`);
        this.withdrawals.set(id, plan);
        this.references.set(id, reference);
        this.note(plan, `${id} is ${state}`);
        const { unreachableTimes } = plan.fate;
        if (unreachableTimes > 0) this.outside.takeDown(reference, unreachableTimes);
        await arrange(this.control, { method, reference }, plan.fate);
      }),
    );
  }

  /** The withdrawals that came of a plan: more than one only where an earlier one had failed. */
  idsOf(plan: Plan): string[] {
    return [...this.withdrawals].filter(([, own]) => own === plan).map(([id]) => id);
  }

  takeAfterAnswers(): (() => Promise<unknown>)[] {
    return this.takeWork();
  }

  /** Moves everybody's clock; what falls due at the providers meanwhile happens, and reaches the shop. */
  async pass(ms: number): Promise<void> {
    advanceClock(ms);
    await this.control.advanceClock(0);
    await this.outside.quiet();
  }
}

async function openMerchants(chance: Chance): Promise<Customer[]> {
  const customers: Customer[] = [];
  for (const fee of [null, { voucher: "15", mpesa: "10" }]) {
    const first = await createCustomer({ phone: phoneOfCustomer(customers.length) });
    const { merchantId } = first;
    const staff = async (role: "staff" | "admin") => {
      const { id } = await createStaff({ merchantId, role });
      return makeCtx(merchantId, { kind: "staff", id, role }, { now: clock });
    };
    const maker = await staff("staff");
    const checker = await staff("admin");
    await saveWithdrawalRules(checker, {
      perPayment: fee ? "10000" : "20000",
      day: fee ? "40000" : "60000",
      week: "100000",
      approvalAbove: "8000",
      reviewAbove: "",
      voucherFee: fee?.voucher ?? "0",
      mpesaFee: fee?.mpesa ?? "0",
      voucherFloor: "100",
      mpesaFloor: "100",
    });
    for (let index = 0; index < CUSTOMERS_PER_MERCHANT; index += 1) {
      const phone = phoneOfCustomer(customers.length);
      const user = index === 0 ? first : await createCustomer({ merchantId, phone });
      const isPoor = index === CUSTOMERS_PER_MERCHANT - 1;
      const fundedCents = BigInt(isPoor ? 300_000 : chance.between(3_000_000, 12_000_000));
      await fund(user, fundedCents);
      const ctx = makeCtx(merchantId, { kind: "customer", id: user.id }, { now: clock });
      customers.push({ user, ctx, maker, checker, fundedCents });
    }
  }
  return customers;
}

/** Ordinary lines, and none of those that withdrawals to others go to. */
function phoneOfCustomer(index: number): string {
  return `+25470${String(index).padStart(5, "0")}${30 + index}`;
}
