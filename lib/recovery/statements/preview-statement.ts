import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { sha256Hex } from "@/lib/crypto";
import { ForbiddenError, InvalidInputError } from "@/lib/errors";
import { newId } from "@/lib/kit/ids";
import { readStatementFile } from "../statement-file/read-statement-file";
import type { Statement } from "../statement-file/statement";
import { describeStatement } from "./describe-statement";
import { findStatementAccount } from "./find-statement-account";
import { sealContent } from "./statement-content";
import type { Forecast, StatementPreview } from "./statement-schemas";

const NAME_MAX = 120;
const MANY_LINES = 20;
const OURS: readonly Forecast[] = ["before", "by_receipt", "by_reference"];

/**
 * Takes a statement file of one of the merchant's shortcodes: keeps it encrypted, with what it says and
 * what would become of each line. Nothing is booked. The same file again opens the same import. Throws
 * `InvalidInputError` for a file that is no statement, another shortcode's, or nobody knows whose, and
 * `ForbiddenError` for anyone but staff.
 */
export async function previewStatement(
  ctx: Ctx,
  input: { fileName: string; bytes: Uint8Array },
): Promise<{ statementId: string; isNew: boolean }> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const { bytes } = input;
  const fileName = input.fileName.slice(0, NAME_MAX);
  const reading = await readStatementFile({ bytes, fileName: input.fileName });
  if (reading.kind === "unreadable") throw new InvalidInputError({ file: reading.problem });
  const { statement } = reading;
  const accountId = await findStatementAccount(ctx, statement.shortcode);
  const fileHash = sha256Hex(bytes);
  const before = await ctx.db.statementImport.findUnique({
    where: { accountId_fileHash: { accountId, fileHash } },
    select: { id: true, state: true },
  });
  if (before && before.state !== "discarded") return { statementId: before.id, isNew: false };
  const preview = await describeStatement(ctx, accountId, statement);
  if (statement.shortcode === null && isStrange(preview)) {
    throw new InvalidInputError({ file: "nothing_known" });
  }
  const kept = {
    state: "previewed" as const,
    fileName,
    content: await sealContent(bytes),
    importedById: ctx.actor.id,
    ...periodOf(statement),
    openingCents: statement.openingCents,
    closingCents: statement.closingCents,
    preview,
    ...{ tries: 0, nextTryAt: null },
  };
  return withTransaction(ctx, async (tx) => {
    const key = { accountId, fileHash };
    const { id } = await tx.db.statementImport.upsert({
      where: { accountId_fileHash: key },
      create: {
        ...{ id: newId("statement", tx.now().getTime()), ...key, ...kept },
        merchantId: tx.merchantId,
        createdAt: tx.now(),
      },
      // The same file at the same moment, or one that was put aside before.
      update: before ? kept : {},
      select: { id: true },
    });
    await recordAudit(tx, {
      action: "statement.previewed",
      subjectId: id,
      after: { file: fileName, lines: kept.preview.lines, sha256: fileHash },
    });
    return { statementId: id, isNew: true };
  });
}

/**
 * True for many lines of which none is known to us: a file that does not say whose it is may be another
 * business', and what is booked of it stays booked.
 */
function isStrange({ lines, forecast }: StatementPreview): boolean {
  return lines >= MANY_LINES && !forecast.some(({ what }) => OURS.includes(what));
}

/** What the file says of its period, else from its first line to its last. */
function periodOf({ from, to, lines }: Statement): { fromAt: Date | null; untilAt: Date | null } {
  let first = from;
  let last = to;
  for (const { completedAt, status } of lines) {
    if (status !== "completed") continue;
    if (first === null || completedAt < first) first = completedAt;
    if (last === null || completedAt > last) last = completedAt;
  }
  return { fromAt: first, untilAt: last };
}
