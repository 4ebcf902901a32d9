import type { Ctx } from "@/lib/context";

/** Whoever made a decision first, which a second person may carry out. */
export async function proposerOf(tx: Ctx, decisionId: string): Promise<string> {
  const { proposedById } = await tx.db.reviewDecision.findUniqueOrThrow({
    where: { id: decisionId },
    select: { proposedById: true },
  });
  return proposedById;
}
