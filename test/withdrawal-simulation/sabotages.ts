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
import type { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import type { commitIntent } from "@/lib/payments/withdrawals/sending";
import type { settleWithdrawal } from "@/lib/payments/withdrawals/settle-withdrawal";
import { voucherCreatedToken } from "@/lib/payments/withdrawals/voucher-created-address";
import type { askPayout, payOut } from "@/lib/providers/daraja/payouts";
import type { issue } from "@/lib/providers/pesavoucher/payouts";
import { clock } from "../simulation/recover";
import { everyPlan, type Deed, type Plan } from "./plan";
import { plant } from "./plant";
import { CUSTOMERS } from "./round";

interface Sabotage {
  readonly name: string;
  readonly plans: readonly Plan[];
  readonly plantIt: () => void;
  /** What the simulation must complain about. */
  readonly notice: string;
}

/** Plans that meet one of these, and what is different about them here. */
function fated(words: readonly string[], change: Partial<Plan> = {}): Plan[] {
  return everyPlan(CUSTOMERS)
    .filter(({ fate, later }) => later.length === 0 && words.includes(fate.name))
    .map((plan, index) => ({ ...plan, posts: 1, number: index + 1, ...change }))
    .flatMap((plan, index) => [plan, { ...plan, number: index + 52 }]);
}

function then(deed: Deed): Pick<Plan, "later"> {
  return { later: [{ afterMs: 50 * SECOND_MS, deed, crash: null }] };
}

const LOST = 'after {"kind":"drop"} x1';
const CUT_BEFORE = 'before {"kind":"drop"} x1';
const LOST_PHONES = fated([LOST, "magic 08"]).filter(({ method }) => method === "mpesa");
const LOST_VOUCHERS = fated([LOST, "magic +lost"]).filter(({ method }) => method === "pesavoucher");
const UNHEARD = fated(["magic 04", 'result {"drop":true}']);
const ORDINARY = fated(["ordinary"]);

const ONE_PAYOUT = "a withdrawal is paid out once at most";
const ONE_ORDER = "one order goes out for a withdrawal";
const GIVEN_BACK = "money is given back only when nothing was paid out";
const PROVEN = "a withdrawal that is paid in our books was paid by its provider";

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: "an order repeated, renamed",
    plans: LOST_PHONES,
    notice: ONE_PAYOUT,
    plantIt: () =>
      plant<typeof payOut>("payOut", {
        wrap: (real) => async (access, input) => {
          const first = await real(access, input);
          if (first.kind === "unknown")
            await real(access, { ...input, reference: `${input.reference}-2` });
          return first;
        },
      }),
  },
  {
    name: "an order repeated as it was",
    plans: LOST_PHONES,
    notice: ONE_ORDER,
    plantIt: () =>
      plant<typeof payOut>("payOut", {
        wrap: (real) => async (access, input) => {
          const first = await real(access, input);
          return first.kind === "unknown" ? real(access, input) : first;
        },
      }),
  },
  {
    name: "a voucher ordered again",
    plans: LOST_VOUCHERS,
    notice: ONE_PAYOUT,
    plantIt: () =>
      plant<typeof issue>("issue", {
        wrap: (real) => async (input) => {
          const first = await real(input);
          return first.kind === "unknown" ? real(input) : first;
        },
      }),
  },
  {
    name: "a lost answer put back in line",
    plans: LOST_PHONES,
    notice: ONE_ORDER,
    plantIt: () =>
      plant<typeof payOut>("payOut", {
        wrap: (real) => async (access, input) => {
          const told = await real(access, input);
          return told.kind === "unknown" ? { kind: "unreached", exchange: told.exchange } : told;
        },
      }),
  },
  {
    name: "M-Pesa's silence taken for a no",
    plans: fated(["magic 21"]),
    notice: GIVEN_BACK,
    plantIt: () =>
      plant<typeof payOut>("payOut", {
        wrap: (real) => async (access, input) => {
          const told = await real(access, input);
          if (told.kind !== "unknown") return told;
          const { exchange } = told;
          return { kind: "refused", refusal: "bad_request", errorCode: null, exchange };
        },
      }),
  },
  {
    name: "a voucher's silence taken for a no",
    plans: fated(["magic +lostsilent"]),
    notice: GIVEN_BACK,
    plantIt: () =>
      plant<typeof issue>("issue", {
        wrap: (real) => async (input) => {
          const told = await real(input);
          if (told.kind !== "unknown") return told;
          return { kind: "refused", refusal: "misconfigured", text: "", exchange: told.exchange };
        },
      }),
  },
  {
    name: "another amount than was asked for",
    plans: ORDINARY.filter(({ method }) => method === "mpesa"),
    notice: "a provider pays what was asked for, or nothing",
    plantIt: () =>
      plant<typeof payOut>("payOut", {
        wrap: (real) => (access, input) => {
          return real(access, { ...input, amountCents: input.amountCents + 100n });
        },
      }),
  },
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
    name: "a look-up that is never made",
    plans: UNHEARD,
    notice: "nothing is left to a person that a look-up can tell",
    plantIt: () =>
      plant<typeof askPayout>("askPayout", {
        wrap: () => () => Promise.resolve({ kind: "accepted", exchange: NO_EXCHANGE } as const),
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
    plans: fated(['result {"drop":true}'], then("cancel")),
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
    plans: fated(["ordinary"], { amount: "4500" }),
    notice: "what needs a second person was approved by one",
    plantIt: () => plant("needsApproval", { wrap: () => () => false }),
  },
  {
    name: "a limit that does not count",
    plans: fated(["ordinary"], { amount: "21000" }),
    notice: "nobody takes out more than the limits allow",
    plantIt: () => plant("refuseOverLimit", { wrap: () => () => Promise.resolve() }),
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
    plans: fated([CUT_BEFORE, "magic +before"], then("forge secret")).filter(
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
    plans: fated([CUT_BEFORE], then("forge order")).filter(({ method }) => method === "mpesa"),
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

const NO_EXCHANGE = {
  operation: "tx_status",
  request: {},
  response: null,
  httpStatus: 200,
  durationMs: 1,
};

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
