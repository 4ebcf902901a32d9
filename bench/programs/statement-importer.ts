import { readFile } from "node:fs/promises";
import { makeCtx } from "@/lib/context";
import { getStatement } from "@/lib/recovery/statements/get-statement";
import { importStatement } from "@/lib/recovery/statements/import-statement";
import { previewStatement } from "@/lib/recovery/statements/preview-statement";
import { workStatement } from "@/lib/recovery/statements/work-statement";

export interface ImportOrder {
  readonly merchantId: string;
  /** Who hands it in, and the colleague who has it booked. */
  readonly staffIds: readonly [string, string];
  /** Where the file lies. */
  readonly path: string;
}

export interface ImportResult {
  readonly previewSeconds: number;
  readonly importSeconds: number;
  /** The most this process ever held, and what it held before the file was read. */
  readonly peakMiB: number;
  readonly beforeMiB: number;
  readonly statementId: string;
  readonly difference: string;
}

/** Takes a statement file from the first byte to the closing report, with the verbs the shop uses. */
async function importFile({ merchantId, staffIds, path }: ImportOrder): Promise<ImportResult> {
  const [ctx, colleague] = [staffIds[0], staffIds[1]].map((id) =>
    makeCtx(merchantId, { kind: "staff", id, role: "staff" }),
  );
  if (!ctx || !colleague) throw new Error("two people import a statement");
  const beforeMiB = process.memoryUsage().rss / 2 ** 20;
  const bytes = await readFile(path);
  const startedAt = performance.now();
  const { statementId } = await previewStatement(ctx, { fileName: "statement.csv", bytes });
  const previewedAt = performance.now();
  await importStatement(colleague, { statementId });
  await workStatement(ctx, { statementId });
  const endedAt = performance.now();
  const { report } = await getStatement(ctx, { statementId });
  return {
    previewSeconds: (previewedAt - startedAt) / 1_000,
    importSeconds: (endedAt - previewedAt) / 1_000,
    peakMiB: process.resourceUsage().maxRSS / 1_024,
    beforeMiB,
    statementId,
    difference: report?.difference ?? "none",
  };
}

process.on("message", (order: ImportOrder) => {
  importFile(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
