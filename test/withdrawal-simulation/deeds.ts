import { AppError } from "@/lib/errors";
import { approveWithdrawal } from "@/lib/payments/withdrawals/approve-withdrawal";
import { cancelWithdrawal } from "@/lib/payments/withdrawals/cancel-withdrawal";
import { rejectWithdrawal } from "@/lib/payments/withdrawals/reject-withdrawal";
import { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import { checkPaymentNow } from "@/lib/recovery/check-payment-now";
import type { CrashPoint } from "../simulation/crash-points";
import { forge } from "./forgeries";
import type { Deed, LaterDeed, Plan } from "./plan";
import { inProcess } from "./processes";
import type { Round } from "./round";

/** The customer, or staff in their name, sends the form: once or several times at the same moment. */
export async function submit(round: Round, plan: Plan): Promise<void> {
  await Promise.all(
    Array.from({ length: plan.posts }, (_, post) =>
      tried(round, plan, `post ${post + 1}`, post === 0 ? plan.crash : null, async () => {
        const { existing } = await postForm(round, plan);
        return existing ? "found the first" : `taken: ${plan.method} ${plan.amount}`;
      }),
    ),
  );
}

async function postForm(round: Round, plan: Plan) {
  const { ctx, maker, user } = round.customerOf(plan);
  return requestWithdrawal(plan.byStaff ? maker : ctx, {
    method: plan.method,
    amount: plan.amount,
    to: round.destinationOf(plan),
    message: "Asante",
    attemptKey: `form ${plan.number}`,
    passwordConfirmed: plan.passwordConfirmed,
    ...(plan.feeHasChanged && { shownFee: "3.21" }),
    ...(plan.byStaff && { customerId: user.id }),
  });
}

/** Somebody does something about what came of a plan. */
export async function act(round: Round, plan: Plan, { deed, crash }: LaterDeed): Promise<void> {
  if (deed === "submit again") {
    await tried(round, plan, deed, crash, async () => {
      const { withdrawalId, existing } = await postForm(round, plan);
      return `${existing ? "found" : "new:"} ${withdrawalId}`;
    });
    return;
  }
  for (const withdrawalId of round.idsOf(plan)) {
    await Promise.all(
      attemptsOf(deed).map((attempt) =>
        tried(round, plan, attempt, crash, () => doOne(round, plan, attempt, withdrawalId)),
      ),
    );
  }
}

/** What happens at the same moment. */
function attemptsOf(deed: Deed): Deed[] {
  if (deed === "approve twice") return ["approve", "approve"];
  if (deed === "approve and reject") return ["approve", "reject"];
  return [deed];
}

async function doOne(
  round: Round,
  plan: Plan,
  deed: Deed,
  withdrawalId: string,
): Promise<string | boolean> {
  const { ctx, checker, maker } = round.customerOf(plan);
  switch (deed) {
    case "cancel": {
      const isCancelled = await cancelWithdrawal(ctx, { withdrawalId });
      if (isCancelled) round.words.push({ withdrawalId, told: "cancelled" });
      return isCancelled;
    }
    case "reject": {
      const isRejected = await rejectWithdrawal(checker, { withdrawalId, note: "Not this one" });
      if (isRejected) round.words.push({ withdrawalId, told: "rejected" });
      return isRejected;
    }
    case "approve":
      return approveWithdrawal(checker, { withdrawalId });
    case "approve own":
      // Whoever asked for it: refused where that was staff, and the customer is no staff at all.
      return plan.byStaff ? approveWithdrawal(maker, { withdrawalId }) : "not staff";
    case "look now":
      await checkPaymentNow(ctx, { paymentId: withdrawalId });
      return "asked for";
    case "redeem":
      return redeem(round, withdrawalId);
    case "forge alias":
    case "forge secret":
    case "forge order":
    case "forge token":
      return forge(round, plan, deed, withdrawalId);
    case "approve twice":
    case "approve and reject":
    case "submit again":
      throw new Error(`${deed} is more than one attempt`);
    default:
      return deed satisfies never;
  }
}

/** The receiver turns the voucher into money. */
async function redeem(round: Round, withdrawalId: string): Promise<string> {
  const uniqueId = round.references.get(withdrawalId) ?? "";
  const [voucher] = await round.control.payoutVouchers({ uniqueId });
  if (voucher?.state !== "active") return "nothing to redeem";
  await round.control.redeemPayout(voucher.code);
  return `redeemed ${voucher.code}`;
}

/** Tries it in a process that may die meanwhile. A refusal is an answer; anything else that is thrown is a bug. */
async function tried(
  round: Round,
  plan: Plan,
  name: string,
  crash: CrashPoint | null,
  work: () => Promise<string | boolean>,
): Promise<void> {
  let answer: string | boolean = "no answer";
  const died = await inProcess(async () => {
    try {
      answer = await work();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      answer = `refused: ${error.code} ${JSON.stringify(error.details)}`;
      if (name.startsWith("post"))
        round.refusals.set(answer, (round.refusals.get(answer) ?? 0) + 1);
    }
  }, crash);
  round.note(plan, `${name}: ${died ? "the process died" : String(answer)}`);
}
