import { expect } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { HOUR_MS, SECOND_MS } from "@/lib/kit/time";
import { acceptVoucherReturn } from "@/lib/payments/accept-voucher-return";
import { cancelVoucherDeposit } from "@/lib/payments/cancel-voucher-deposit";
import { pasteVoucherCode } from "@/lib/payments/paste-voucher-code";
import { checkPaymentNow } from "@/lib/recovery/check-payment-now";
import type { Shop } from "../shop";
import { expectInvariants, readBothBooks } from "./compare-books";
import { runUntilCrash, type CrashPoint } from "./crash-points";
import { forge } from "./forge";
import { advanceClock, clock, runWorkerTurn } from "./recover";
import { runJobsUntilCrash } from "./run-jobs-by-hand";
import type { Step } from "./voucher-steps";

export interface Customer {
  readonly user: User;
  readonly ctx: Ctx;
}

export interface OpenPurchase {
  readonly customer: Customer;
  readonly depositId: string;
  readonly sessionId: string;
  readonly callbackUrl: string;
  readonly amountCents: bigint;
}

/** Work that a door left for after its answer. */
export type TakeWork = () => (() => Promise<unknown>)[];

/** A few customers of two merchants, and the provider beside them, taken from step to step. */
export class VoucherWorld {
  readonly purchases: OpenPurchase[] = [];
  private phones = 0;

  private constructor(
    readonly shop: Shop,
    readonly name: string,
    readonly customers: readonly Customer[],
    private readonly takeWork: TakeWork,
  ) {}

  /** The provider forgets all; its callbacks go only when a step delivers them. Codes differ by name. */
  static async open(shop: Shop, name: string, takeWork: TakeWork): Promise<VoucherWorld> {
    takeWork();
    await shop.sandbox.control.reset({ seed: name });
    for (const kind of ["purchase", "redemption"] as const)
      await shop.sandbox.control.scriptCallbacks({ kind, script: { hold: true } });
    const first = await shop.customer();
    const customers = [first, await shop.customer(first.user.merchantId), await shop.customer()];
    return new VoucherWorld(shop, name, customers, takeWork);
  }

  /** Does one step; whatever it did, the books must stand afterwards. */
  async take(step: Step): Promise<void> {
    await this.perform(step);
    await this.expectSoundBooks();
  }

  expectSoundBooks = async () => {
    await expectInvariants();
    const users = this.customers.map(({ user }) => user);
    return readBothBooks(this.shop, users);
  };

  private async perform(step: Step): Promise<void> {
    switch (step.do) {
      case "open":
        return this.openPurchase(step.customer, step.amountCents);
      case "buy":
        return this.buy(this.purchase(step.purchase), step.editedCents);
      case "decline":
        return this.decline(this.purchase(step.purchase), step.succeedsLater);
      case "deliver":
        return this.deliver(step.callback, step.copies, step.crash);
      case "return":
        return this.comeBack(this.purchase(step.purchase), step.carries, step.crash);
      case "paste":
        return this.paste(step.customer, step.voucher, step.crash);
      case "cancel": {
        const { customer, sessionId } = this.purchase(step.purchase);
        await cancelVoucherDeposit(customer.ctx, { sessionId });
        return;
      }
      case "check": {
        const { customer, depositId } = this.purchase(step.purchase);
        return checkPaymentNow(customer.ctx, { paymentId: depositId });
      }
      case "work":
        return this.work(step.crash);
      case "jump":
        return this.jump(step.ms);
      case "fault":
        await this.shop.sandbox.control.addFault(step.fault);
        return;
      case "forge":
        await forge(this, step.forgery, this.purchase(step.purchase));
        return this.workAfterAnswers(null);
      case "race":
        return this.race(this.purchase(step.purchase));
    }
  }

  /** The provider gets well, the worker catches up, and whatever waited for its time gets it. */
  async settleDown(): Promise<void> {
    await this.shop.sandbox.control.clearFaults();
    for (let turn = 0; turn < 4; turn += 1) {
      await this.jump(13 * HOUR_MS);
      await runWorkerTurn(this.shop);
      await this.workAfterAnswers(null);
    }
  }

  async deliverEveryRedemption(): Promise<void> {
    const { control } = this.shop.sandbox;
    for (const { id } of await control.callbacks({ kind: "redemption" }))
      await control.duplicateCallback(id, { copies: 2, parallel: true });
    await this.workAfterAnswers(null);
  }

  /** Runs what the doors left for after their answers, in a process that may die during it. */
  async workAfterAnswers(crash: CrashPoint | null): Promise<void> {
    const work = this.takeWork();
    if (work.length === 0) return;
    await runUntilCrash(() => Promise.all(work.map((one) => one())), crash);
  }

  private async openPurchase(customer: number, amountCents: bigint): Promise<void> {
    const owner = pick(this.customers, customer);
    const opened = await this.shop.purchase(owner.ctx, decimalFromCents(amountCents));
    this.purchases.push({ ...opened, customer: owner, amountCents });
  }

  private async buy(purchase: OpenPurchase, editedCents: bigint | null): Promise<void> {
    await this.shop.sandbox.control.createVoucher({
      amountCents: editedCents ?? purchase.amountCents,
      sessionId: purchase.sessionId,
      callbackUrl: purchase.callbackUrl,
    });
  }

  private async decline(purchase: OpenPurchase, succeedsLater: boolean): Promise<void> {
    const { control } = this.shop.sandbox;
    this.phones += 1;
    const msisdn = `2547${String(this.phones).padStart(6, "0")}55`;
    const { sessionId, callbackUrl, amountCents } = purchase;
    if (succeedsLater) {
      await control.scriptCallbacks({
        sessionId,
        times: 1,
        script: { hold: true, failFirstMs: 30 * SECOND_MS },
      });
    }
    await control.startPayment({ amountCents, msisdn, sessionId, callbackUrl });
    await control.answerPrompt(msisdn, succeedsLater ? "approve" : "decline");
  }

  private async deliver(which: number, copies: number, crash: CrashPoint | null): Promise<void> {
    const { control } = this.shop.sandbox;
    const all = (await control.callbacks()).filter(({ kind }) => kind !== "forged");
    if (all.length === 0) return;
    const { id } = pick(all, which);
    const attempts = await control.duplicateCallback(id, { copies, parallel: copies > 2 });
    expect(attempts.map((attempt) => attempt.status)).toEqual(Array(copies).fill(200));
    await this.workAfterAnswers(crash);
  }

  private async comeBack(
    { customer, sessionId }: OpenPurchase,
    carries: "both" | "voucher" | "payment_id" | "none",
    crash: CrashPoint | null,
  ): Promise<void> {
    const payment = (await this.shop.sandbox.control.payments({ sessionId })).at(-1);
    const voucher = ["both", "voucher"].includes(carries) ? payment?.voucherCode : null;
    const paymentId = ["both", "payment_id"].includes(carries) ? payment?.id : undefined;
    const hints = { sessionId, voucher: voucher ?? undefined, paymentId };
    await runUntilCrash(() => acceptVoucherReturn(customer.ctx, hints), crash);
  }

  private async paste(customer: number, voucher: number, crash: CrashPoint | null): Promise<void> {
    const vouchers = await this.shop.sandbox.control.vouchers({ limit: 1_000 });
    if (vouchers.length === 0) return;
    const { ctx } = pick(this.customers, customer);
    const { code } = pick(vouchers, voucher);
    await runUntilCrash(() => pasteVoucherCode(ctx, { code }), crash);
  }

  private async work(crash: CrashPoint | null): Promise<void> {
    if (crash) await runJobsUntilCrash(clock(), crash);
    else await runWorkerTurn(this.shop);
  }

  private async jump(ms: number): Promise<void> {
    advanceClock(ms);
    // The provider lives by the same clock: what fell due there happens now.
    await this.shop.sandbox.control.advanceClock(0);
  }

  private async race(purchase: OpenPurchase): Promise<void> {
    const { control } = this.shop.sandbox;
    const { customer, sessionId } = purchase;
    const payment = (await control.payments({ sessionId })).at(-1);
    const told = await control.callbacks({ sessionId, kind: "purchase" });
    for (const { id } of told) await control.duplicateCallback(id);
    const code = payment?.voucherCode ?? "";
    await Promise.all([
      this.workAfterAnswers(null),
      acceptVoucherReturn(customer.ctx, { sessionId, voucher: code, paymentId: payment?.id }),
      pasteVoucherCode(customer.ctx, { code }),
      checkPaymentNow(customer.ctx, { paymentId: purchase.depositId }),
    ]);
  }

  private purchase(which: number): OpenPurchase {
    return pick(this.purchases, which);
  }
}

function pick<T>(list: readonly T[], which: number): T {
  const item = list[which % list.length];
  if (item === undefined) throw new Error("a step needs something to pick from");
  return item;
}

/** Nothing is left that neither ended nor waits for a person. */
export async function expectNothingForgotten(world: VoucherWorld): Promise<void> {
  const customerId = { in: world.customers.map(({ user }) => user.id) };
  const states = ["pending", "submitted", "redeeming"] as const;
  const open = await db().deposit.findMany({
    where: { customerId, state: { in: [...states] } },
    select: { id: true, state: true },
  });
  expect(open, "every deposit has ended or waits for a person").toEqual([]);
  const claims = await db().voucherRedemption.findMany({
    where: { deposit: { customerId, state: { not: "needs_review" } } },
    select: { id: true, state: true },
  });
  const ended = new Set(["redeemed", "refused"]);
  expect(
    claims.filter(({ state }) => !ended.has(state)),
    "every claim outside review has ended",
  ).toEqual([]);
}
