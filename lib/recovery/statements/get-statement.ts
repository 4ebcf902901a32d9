import type { Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import type { StatementState } from "@/lib/generated/prisma/client";
import { isId } from "@/lib/kit/ids";
import { decimalFromCents } from "@/lib/kit/money";
import {
  readOutcome,
  StatementPreview,
  type StatementProgress,
  type StatementReport,
} from "./statement-schemas";

export interface StatementForPeople {
  readonly id: string;
  readonly state: StatementState;
  readonly shortcode: string;
  readonly fileName: string;
  readonly fromAt: Date | null;
  readonly untilAt: Date | null;
  readonly opening: string | null;
  readonly closing: string | null;
  readonly createdAt: Date;
  readonly matchedAt: Date | null;
  readonly importedBy: string;
  readonly preview: StatementPreview;
  readonly progress: StatementProgress | null;
  readonly report: StatementReport | null;
}

/**
 * One statement file with what it says and what came of it. For staff; throws `NotFoundError` for another
 * merchant's and `ForbiddenError` for anyone else.
 */
export async function getStatement(
  ctx: Ctx,
  input: { statementId: string },
): Promise<StatementForPeople> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  if (!isId("statement", input.statementId)) throw new NotFoundError();
  const row = await ctx.db.statementImport.findFirst({
    where: { id: input.statementId, merchantId: ctx.merchantId },
    omit: { content: true },
    include: { account: { select: { shortcode: true } } },
  });
  if (!row) throw new NotFoundError();
  const importer = await ctx.db.user.findUnique({
    where: { id: row.importedById },
    select: { name: true },
  });
  const outcome = readOutcome(row.report);
  const decimal = (cents: bigint | null) => (cents === null ? null : decimalFromCents(cents));
  return {
    id: row.id,
    state: row.state,
    shortcode: row.account.shortcode,
    fileName: row.fileName,
    fromAt: row.fromAt,
    untilAt: row.untilAt,
    opening: decimal(row.openingCents),
    closing: decimal(row.closingCents),
    createdAt: row.createdAt,
    matchedAt: row.matchedAt,
    importedBy: importer?.name ?? "",
    preview: StatementPreview.parse(row.preview),
    progress: outcome?.kind === "progress" ? outcome : null,
    report: outcome?.kind === "report" ? outcome : null,
  };
}
