import { db } from "@/lib/db";
import { makeCtx } from "@/lib/context";
import { env } from "@/lib/env";
import { MINUTE_MS } from "@/lib/kit/time";
import { customerAvailable, providerAccount } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { claimVoucher } from "@/lib/payments/claim-voucher";
import { sendPrompt } from "@/lib/payments/send-prompt";
import { settleDeposit } from "@/lib/payments/settle-deposit";
import type { Customer, Life } from "./life";
import { pick } from "./pick";
import { clock } from "./recover";
import type { Step } from "./steps";

export type Sabotage = (life: Life) => Promise<unknown>;

interface SabotagedLife {
  readonly name: string;
  readonly life: readonly Step[];
  readonly sabotage: Sabotage;
  /** What the simulation must complain about. */
  readonly notice: string;
  /** Mends what would be seen in every life after this one too. */
  readonly repair?: () => Promise<unknown>;
}

const AMOUNT_CENTS = 50_000n;

const PAID_VOUCHER: readonly Step[] = [
  { do: "open", customer: 0, amountCents: AMOUNT_CENTS },
  { do: "buy", purchase: 0, editedCents: null },
  { do: "deliver", callback: 0, copies: 1, crash: null },
];

export const PROMPTED: readonly Step[] = [
  {
    do: "prompt",
    customer: 0,
    phone: 0,
    shortcode: 0,
    amountCents: AMOUNT_CENTS,
    callback: {},
    fault: null,
    answer: null,
    crash: null,
  },
];
export const ANSWERED: readonly Step[] = [
  ...PROMPTED,
  { do: "answer", prompted: 0, answer: "pin" },
];
const PAID_PROMPT: readonly Step[] = [
  ...ANSWERED,
  { do: "deliver", callback: 0, copies: 1, crash: null },
];

/** A second movement, of money that came once by `owner`. */
function postAgain(owner: string): Sabotage {
  return async ({ customers }) => {
    const { user } = pick(customers, 0);
    await db().$transaction((tx) =>
      postMovement(tx, {
        merchantId: user.merchantId,
        kind: "deposit",
        ref: `${owner} credited again at ${clock().toISOString()}`,
        now: clock(),
        lines: [
          { account: providerAccount(owner), amountCents: -AMOUNT_CENTS },
          { account: customerAvailable(user.id), amountCents: AMOUNT_CENTS },
        ],
      }),
    );
  };
}

async function settleUnprovenVoucher(life: Life): Promise<void> {
  const { customer, depositId } = pick(life.purchases, 0);
  const claim = await claimVoucher(customer.ctx, {
    code: `MLP-NOBODYBURNT${life.name}`,
    source: "pasted",
    customerId: customer.user.id,
    depositId,
    worker: "job",
  });
  if (claim.kind !== "claimed") throw new Error("a new code can be claimed");
  await settleDeposit(customer.ctx, {
    depositId: claim.depositId,
    evidence: {
      kind: "voucher_redeemed",
      redemptionId: claim.redemptionId,
      amountCents: AMOUNT_CENTS,
    },
  });
}

async function settleUnpaidPrompt({ prompted }: Life): Promise<void> {
  const { customer, depositId } = pick(prompted, 0);
  await settleDeposit(customer.ctx, {
    depositId,
    evidence: { kind: "stk_query", amountCents: AMOUNT_CENTS },
  });
}

/** M-Pesa is asked for the same deposit once more, after the first prompt has ended. */
async function promptAgain(life: Life): Promise<void> {
  const { customer, depositId } = pick(life.prompted, 0);
  await life.jump(3 * MINUTE_MS);
  await db().stkPush.update({
    where: { depositId },
    data: { pushedAt: null, checkoutRequestId: null },
  });
  await db().deposit.update({ where: { id: depositId }, data: { state: "pending" } });
  await sendPrompt(systemOf(customer), { depositId });
}

/** A prompt that was paid ends as "not paid", and nobody asks again. */
async function giveUpAnswered({ prompted }: Life): Promise<void> {
  await db().deposit.update({
    where: { id: pick(prompted, 0).depositId },
    data: { state: "failed", reason: "cancelled", nextCheckAt: null },
  });
}

async function putBackToWaiting({ customers }: Life): Promise<void> {
  const { count } = await db().deposit.updateMany({
    where: { customerId: { in: customers.map(({ user }) => user.id) }, state: "paid" },
    data: { state: "submitted", nextCheckAt: null },
  });
  if (count === 0) throw new Error("nobody had paid");
}

function endWaiting() {
  return db().deposit.updateMany({
    where: { state: "submitted", nextCheckAt: null, paidCents: { not: null } },
    data: { state: "paid" },
  });
}

function systemOf({ user }: Customer) {
  return makeCtx(user.merchantId, { kind: "system", id: "sabotage" }, { now: clock });
}

export const SABOTAGES: readonly SabotagedLife[] = [
  {
    name: "a second movement for a voucher",
    life: PAID_VOUCHER,
    sabotage: postAgain("pesavoucher"),
    notice: "nobody holds money",
  },
  {
    name: "a second movement for a prompt",
    life: PAID_PROMPT,
    sabotage: (life) => postAgain(`mpesa:${env().mpesa.shortcode}`)(life),
    notice: "nobody holds money",
  },
  {
    name: "a voucher credited without proof",
    life: PAID_VOUCHER,
    sabotage: settleUnprovenVoucher,
    notice: "nobody holds money",
  },
  {
    name: "a prompt credited without proof",
    life: PROMPTED,
    sabotage: settleUnpaidPrompt,
    notice: "only what M-Pesa took is credited",
  },
  {
    name: "a second prompt for one deposit",
    life: PROMPTED,
    sabotage: promptAgain,
    notice: "a deposit has one prompt at most",
  },
  {
    name: "a paid prompt that is given up",
    life: ANSWERED,
    sabotage: giveUpAnswered,
    notice: "what M-Pesa took is credited, or a person is told why not",
  },
  {
    name: "a paid voucher put back to waiting",
    life: PAID_VOUCHER,
    sabotage: putBackToWaiting,
    notice: "nothing open is forgotten",
    repair: endWaiting,
  },
  {
    name: "a paid prompt put back to waiting",
    life: PAID_PROMPT,
    sabotage: putBackToWaiting,
    notice: "nothing open is forgotten",
    repair: endWaiting,
  },
];
