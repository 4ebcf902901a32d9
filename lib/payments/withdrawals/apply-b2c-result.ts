import type { Ctx } from "@/lib/context";
import { assert, unreachable } from "@/lib/kit/assert";
import { maskName } from "@/lib/kit/mask-name";
import { stopPayouts } from "@/lib/merchants/stop-payouts";
import { readB2cResult, type InitiatorResult } from "@/lib/providers/daraja/initiator-result";
import { isAboutOperator, readPayoutCode } from "@/lib/providers/daraja/payout-codes";
import { readReceiver } from "@/lib/providers/daraja/receiver-name";
import type { Applied } from "../applied";
import { askSoon } from "./ask-soon";
import { findAddressed, type Addressed } from "./find-addressed";
import { holdWithdrawal } from "./hold-withdrawal";
import { keepFloat } from "./observe-float";
import { ended, failByMessage, settleByMessage } from "./settle-by-message";

export interface ResultMessage {
  readonly result: InitiatorResult;
  /** Whose result the address says it is. */
  readonly withdrawalId: string;
  /** SHA-256 of the secret in the address. */
  readonly secretHash: string;
  readonly receivedAt: Date;
}

/**
 * Works M-Pesa's result of one payout. It is believed when it came to the address that only M-Pesa was given
 * for this withdrawal and names its order; it may come any number of times, before the order was answered,
 * and after anything else was said. Success pays, a listed refusal gives the money back, and everything
 * else is looked up.
 */
export async function applyB2cResult(
  ctx: Omit<Ctx, "merchantId">,
  message: ResultMessage,
): Promise<Applied> {
  const addressed = await findAddressed(ctx, message);
  if ("outcome" in addressed) return addressed;
  const { own, withdrawal } = addressed;
  const { result } = message;
  if (!isItsOrder(withdrawal, result)) {
    await askSoon(own, withdrawal.id);
    return ended(withdrawal, "quarantined", "names another order than this withdrawal's");
  }
  await keepResult(own, withdrawal, result);
  const said = readPayoutCode(result.resultCode, result.resultText);
  switch (said.class) {
    case "success":
      return applySuccess(own, withdrawal, result);
    case "refused":
    case "setup":
      assert(said.reason !== null, "a refusal has a reason");
      if (isAboutOperator(result.resultCode)) await stopAccount(own, withdrawal, result);
      return failByMessage(own, withdrawal, {
        ...{ kind: "b2c_result", reason: said.reason, said: result.resultCode },
      });
    case "pending":
    case "duplicate":
      await askSoon(own, withdrawal.id);
      return ended(
        withdrawal,
        "applied",
        `code ${result.resultCode} settles nothing; asking M-Pesa`,
      );
    case "unknown":
      await holdWithdrawal(own, {
        withdrawalId: withdrawal.id,
        reason: "unknown_code",
        nextCheckAt: own.now(),
      });
      return ended(withdrawal, "applied", `code ${result.resultCode} is not known; asking M-Pesa`);
    default:
      return unreachable(said.class);
  }
}

/** Our own reference is what counts; M-Pesa's id alone will do where the reference was left out. */
function isItsOrder(withdrawal: Addressed, result: InitiatorResult): boolean {
  const { originatorConversationId: reference, conversationId } = result;
  if (reference !== null) return reference === withdrawal.providerRef;
  return conversationId !== null && conversationId === withdrawal.conversationId;
}

async function applySuccess(
  ctx: Ctx,
  withdrawal: Addressed,
  result: InitiatorResult,
): Promise<Applied> {
  const told = readB2cResult(result);
  await keepUtilityFunds(ctx, withdrawal, told.utilityCents);
  const { name } = readReceiver(told.receiver ?? "");
  return settleByMessage(ctx, withdrawal, {
    ...{ kind: "b2c_result", amountCents: told.amountCents, receipt: told.receipt },
    receiverName: name === null ? null : maskName(name),
  });
}

/** Each wrong try brings the operator's password nearer to being locked. */
async function stopAccount(
  ctx: Ctx,
  withdrawal: Addressed,
  result: InitiatorResult,
): Promise<void> {
  if (withdrawal.accountId === null) return;
  await stopPayouts(ctx, {
    accountId: withdrawal.accountId,
    reason: result.resultCode,
    orderedAt: withdrawal.sentAt ?? withdrawal.createdAt,
  });
}

async function keepUtilityFunds(
  ctx: Ctx,
  withdrawal: Addressed,
  utilityCents: bigint | null,
): Promise<void> {
  if (utilityCents === null || !withdrawal.account) return;
  const name = `mpesa:${withdrawal.account.shortcode}`;
  await keepFloat(ctx, { name, availableCents: utilityCents });
}

/** What M-Pesa said, verbatim; a success is not overwritten. */
async function keepResult(ctx: Ctx, withdrawal: Addressed, result: InitiatorResult): Promise<void> {
  const { resultCode, resultText, conversationId } = result;
  await ctx.db.withdrawal.updateMany({
    where: { id: withdrawal.id, OR: [{ resultCode: null }, { resultCode: { not: "0" } }] },
    data: { resultCode, resultText, resultAt: ctx.now() },
  });
  if (withdrawal.conversationId !== null || conversationId === null) return;
  await ctx.db.withdrawal.updateMany({
    where: { id: withdrawal.id, conversationId: null },
    data: { conversationId },
  });
}
