import { makeCtx } from "@/lib/context";
import { matchStatementJob } from "@/lib/recovery/statements/statement-job";
import { workStatement } from "@/lib/recovery/statements/work-statement";
import { handle } from "../handle";

/** Books the lines of a statement that somebody asked for. */
export const matchStatement = handle(matchStatementJob, async ({ merchantId, statementId }) => {
  await workStatement(makeCtx(merchantId, { kind: "system", id: matchStatementJob.id }), {
    statementId,
  });
});
