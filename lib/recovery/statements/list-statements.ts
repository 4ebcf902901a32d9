import type { Ctx } from "@/lib/context";
import { ForbiddenError } from "@/lib/errors";
import type { StatementState } from "@/lib/generated/prisma/client";
import { StatementPreview, readOutcome } from "./statement-schemas";

export interface StatementRow {
  readonly id: string;
  readonly state: StatementState;
  readonly shortcode: string;
  readonly fileName: string;
  readonly fromAt: Date | null;
  readonly untilAt: Date | null;
  readonly lines: number;
  readonly createdAt: Date;
  /** Books less provider less in flight; null while it is not matched. */
  readonly difference: string | null;
}

const ROWS_MAX = 50;

/** The merchant's statement files, the newest first. For staff; throws `ForbiddenError` otherwise. */
export async function listStatements(ctx: Ctx): Promise<StatementRow[]> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const rows = await ctx.db.statementImport.findMany({
    where: { merchantId: ctx.merchantId, state: { not: "discarded" } },
    orderBy: { createdAt: "desc" },
    take: ROWS_MAX,
    omit: { content: true },
    include: { account: { select: { shortcode: true } } },
  });
  return rows.map((row) => {
    const outcome = readOutcome(row.report);
    return {
      id: row.id,
      state: row.state,
      shortcode: row.account.shortcode,
      fileName: row.fileName,
      fromAt: row.fromAt,
      untilAt: row.untilAt,
      lines: StatementPreview.parse(row.preview).lines,
      createdAt: row.createdAt,
      difference: outcome?.kind === "report" ? outcome.difference : null,
    };
  });
}
