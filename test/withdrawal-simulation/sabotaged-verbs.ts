import { db } from "@/lib/db";
import { SECOND_MS } from "@/lib/kit/time";
import { customerAvailable, providerAccount } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import type { applyB2cResult } from "@/lib/payments/withdrawals/apply-b2c-result";
import type { applyB2cTimeout } from "@/lib/payments/withdrawals/apply-b2c-timeout";
import type { applyStatusResult } from "@/lib/payments/withdrawals/apply-status-result";
import type { applyVoucherCreated } from "@/lib/payments/withdrawals/apply-voucher-created";
import type { cancelWithdrawal } from "@/lib/payments/withdrawals/cancel-withdrawal";
import { failWithdrawal } from "@/lib/payments/withdrawals/fail-withdrawal";
import type { refuseOverLimit } from "@/lib/payments/withdrawals/refuse-over-limit";
import type { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import type { commitIntent } from "@/lib/payments/withdrawals/sending";
import type { settleWithdrawal } from "@/lib/payments/withdrawals/settle-withdrawal";
import { voucherCreatedToken } from "@/lib/payments/withdrawals/voucher-created-address";
import { clock } from "../simulation/recover";
import { plant } from "./plant";
import {
  CUT_BEFORE,
  GIVEN_BACK,
  ORDINARY,
  PROVEN,
  UNHEARD,
  fated,
  afterwards,
  type Sabotage,
} from "./chosen-plans";

/** Bugs in what the shop does by itself and what it believes. */
export const SABOTAGED_VERBS: readonly Sabotage[] = [
  {
    name: "a time-out that gives the money back",
    plans: fated(['result {"asTimeout":true}', "magic 14"]),
    notice: GIVEN_BACK,
    plantIt: () =>
      plant<typeof applyB2cTimeout>("applyB2cTimeout", {
        wrap: (real) => async (ctx, message) => {
          const applied = await real(ctx, message);
          await giveBack(ctx, message.withdrawalId);
          return applied;
        },
      }),
  },
  {
    name: "money back because nothing was found",
    plans: fated(['result {"drop":true}, status {"answer":"not_found"} x2'], {
      later: [50, 200, 250].map((seconds) => {
        return { afterMs: seconds * SECOND_MS, deed: "look now", crash: null };
      }),
    }),
    notice: GIVEN_BACK,
    plantIt: () =>
      plant<typeof applyStatusResult>("applyStatusResult", {
        wrap: (real) => async (ctx, message) => {
          const applied = await real(ctx, message);
          if (message.result.resultCode === "2032") await giveBack(ctx, message.withdrawalId);
          return applied;
        },
      }),
  },
  {
    name: "a due time that is forgotten",
    plans: UNHEARD,
    notice: "an open withdrawal has a due time",
    plantIt: () =>
      plant<typeof commitIntent>("commitIntent", {
        wrap: (real) => async (ctx, id, firstLookAt) => {
          const moved = await real(ctx, id, firstLookAt);
          await ctx.db.withdrawal.update({ where: { id }, data: { nextCheckAt: null } });
          return moved;
        },
      }),
  },
  {
    name: "a payout that is booked twice",
    plans: ORDINARY,
    notice: "a customer's money is to use, held, paid out or a fee",
    plantIt: () =>
      plant<typeof settleWithdrawal>("settleWithdrawal", {
        wrap: (real) => async (ctx, input) => {
          const settled = await real(ctx, input);
          if (settled === "settled") await bookAgain(input.withdrawalId);
          return settled;
        },
      }),
  },
  {
    name: "a contradiction nobody is told of",
    plans: fated(['result {"resultCode":"1"}']),
    notice: "what was given back and paid out all the same is known to a person",
    plantIt: () =>
      plant<typeof settleWithdrawal>("settleWithdrawal", {
        wrap: (real) => async (ctx, input) => {
          const where = { id: input.withdrawalId };
          const { state } = await db().withdrawal.findUniqueOrThrow({ where });
          return state === "failed" ? "contradiction" : real(ctx, input);
        },
      }),
  },
  {
    name: "a withdrawal cancelled after sending",
    plans: fated(['result {"drop":true}'], afterwards("cancel")),
    notice: "what was cancelled or rejected was never ordered",
    plantIt: () =>
      plant<typeof cancelWithdrawal>("cancelWithdrawal", {
        wrap:
          () =>
          (ctx, { withdrawalId }) => {
            return failWithdrawal(ctx, { withdrawalId, reason: "cancelled" });
          },
      }),
  },
  {
    name: "a large one that nobody approves",
    plans: fated(["ordinary"], { amount: "8500" }),
    notice: "what needs a second person was approved by one",
    plantIt: () => plant("needsApproval", { wrap: () => () => false }),
  },
  {
    name: "a limit that does not count",
    plans: fated(["ordinary"], {
      amount: "21000",
      ...afterwards("approve"),
    }),
    notice: "nobody takes out more than the limits allow",
    plantIt: () =>
      plant<typeof refuseOverLimit>("refuseOverLimit", {
        wrap: () => () => Promise.resolve({ dayCents: 0n, weekCents: 0n, undecidedDayCents: 0n }),
      }),
  },
  {
    name: "one form that pays out each time",
    plans: fated(["ordinary"], { posts: 2 }),
    notice: "one form is one withdrawal",
    plantIt: () =>
      plant<typeof requestWithdrawal>("requestWithdrawal", {
        wrap: (real) => (ctx, request) => {
          return real(ctx, { ...request, attemptKey: crypto.randomUUID() });
        },
      }),
  },
  {
    name: "a callback believed without token",
    plans: fated([CUT_BEFORE, "magic +before"], afterwards("forge secret")).filter(
      ({ method }) => method === "pesavoucher",
    ),
    notice: PROVEN,
    plantIt: () =>
      plant<typeof applyVoucherCreated>("applyVoucherCreated", {
        wrap: (real) => (ctx, message) => {
          return real(ctx, { ...message, token: voucherCreatedToken(message.withdrawalId) });
        },
      }),
  },
  {
    name: "a result of another order believed",
    plans: fated([CUT_BEFORE], afterwards("forge order")).filter(
      ({ method }) => method === "mpesa",
    ),
    notice: PROVEN,
    plantIt: () =>
      plant<typeof applyB2cResult>("applyB2cResult", {
        wrap: (real) => async (ctx, message) => {
          const where = { id: message.withdrawalId };
          const { providerRef } = await db().withdrawal.findUniqueOrThrow({ where });
          const result = { ...message.result, originatorConversationId: providerRef };
          return real(ctx, { ...message, result });
        },
      }),
  },
];

async function giveBack(
  ctx: Parameters<typeof applyB2cTimeout>[0],
  withdrawalId: string,
): Promise<void> {
  const { merchantId } = await db().withdrawal.findUniqueOrThrow({ where: { id: withdrawalId } });
  await failWithdrawal({ ...ctx, merchantId }, { withdrawalId, reason: "declined" });
}

async function bookAgain(withdrawalId: string): Promise<void> {
  const where = { id: withdrawalId };
  const { merchantId, customerId } = await db().withdrawal.findUniqueOrThrow({ where });
  await db().$transaction((tx) =>
    postMovement(tx, {
      merchantId,
      kind: "withdrawal_end",
      ref: `${withdrawalId} again`,
      now: clock(),
      lines: [
        { account: customerAvailable(customerId), amountCents: -100n },
        { account: providerAccount("pesavoucher"), amountCents: 100n },
      ],
    }),
  );
}
