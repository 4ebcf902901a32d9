import type { AuditEntry } from "@/lib/audit";
import type { Deposit } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { MPESA_LIMITS, PESAVOUCHER_LIMITS } from "./schemas";

/** What the audit log says of a deposit that was paid, from what it was until then. */
export function paidAudit(
  deposit: Pick<Deposit, "id" | "method" | "state" | "reason" | "askedCents">,
  proof: { kind: string; amountCents: bigint; receipt?: string | null; movementId: string },
): AuditEntry {
  const { askedCents } = deposit;
  return {
    action: "deposit.paid",
    subjectId: deposit.id,
    before: { state: deposit.state, reason: deposit.reason },
    after: {
      paid: decimalFromCents(proof.amountCents),
      asked: askedCents === null ? null : decimalFromCents(askedCents),
      evidence: proof.kind,
      ...(proof.receipt !== undefined && { receipt: proof.receipt }),
      flags: flagsOf(deposit, proof.amountCents),
      movement: proof.movementId,
    },
  };
}

/** What a person may want to look at; none of it stops a credit, for the money is here. */
function flagsOf(
  { method, askedCents }: Pick<Deposit, "method" | "askedCents">,
  paidCents: bigint,
): string[] {
  const { minCents, maxCents } = method === "mpesa" ? MPESA_LIMITS : PESAVOUCHER_LIMITS;
  return [
    ...(askedCents !== null && askedCents !== paidCents ? ["amount_differs"] : []),
    ...(paidCents < minCents || paidCents > maxCents ? ["out_of_range"] : []),
  ];
}
