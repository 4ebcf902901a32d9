import type { Ctx } from "@/lib/context";
import { encrypt } from "@/lib/crypto";
import type { ProviderAccount, Withdrawal } from "@/lib/generated/prisma/client";
import { newId, newPublicCode, uuidOfId } from "@/lib/kit/ids";
import { addMs } from "@/lib/kit/time";
import type { ParsedWithdrawal } from "./parse-withdrawal";
import { APPROVAL_ENDS_AFTER_MS, SEND_LEASE_MS, SENDING_ENDS_AFTER_MS } from "./withdrawal-times";

export type NewWithdrawal = ReturnType<typeof newWithdrawal>;

/** The row of a new withdrawal. What staff ask for always waits for somebody else. */
export function newWithdrawal(
  ctx: Ctx,
  input: {
    parsed: ParsedWithdrawal;
    customerId: string;
    account: ProviderAccount | null;
    feeCents: bigint;
    attemptKey: string;
    isOwnDestination: boolean;
  },
) {
  const { parsed, customerId, account, feeCents, attemptKey, isOwnDestination } = input;
  const { destination } = parsed;
  const now = ctx.now();
  const id = newId("withdrawal", now.getTime());
  const first = ctx.actor.kind === "staff" ? waiting(now) : inLine(now);
  return {
    id,
    merchantId: ctx.merchantId,
    customerId,
    method: parsed.method,
    amountCents: parsed.amountCents,
    feeCents,
    attemptKey,
    requestedById: ctx.actor.id,
    destinationHash: destination.hash,
    destinationCipher: encrypt(Buffer.from(destination.value)),
    destinationMasked: destination.masked,
    isOwnDestination,
    message: parsed.message,
    accountId: account?.id ?? null,
    providerRef: uuidOfId(id),
    publicCode: newPublicCode(),
    createdAt: now,
    ...first,
  };
}

/** Before another person, until then. */
export function waiting(now: Date): Standing {
  const endsAt = addMs(now, APPROVAL_ENDS_AFTER_MS);
  return { state: "awaiting_approval", nextCheckAt: endsAt, deadlineAt: endsAt };
}

/** To be sent by its job, and by the sweep should the job die. */
function inLine(now: Date): Standing {
  return {
    state: "requested",
    nextCheckAt: addMs(now, SEND_LEASE_MS),
    deadlineAt: addMs(now, SENDING_ENDS_AFTER_MS),
  };
}

interface Standing {
  readonly state: Withdrawal["state"];
  readonly nextCheckAt: Date;
  readonly deadlineAt: Date;
}
