import { z } from "zod";
import { defineJob } from "@/lib/jobs/define-job";

/** Books the lines of one statement. */
export const matchStatementJob = defineJob({
  id: "statement.match",
  payload: z.object({ merchantId: z.string(), statementId: z.string() }),
  attemptsMax: 5,
});
