import { z } from "zod";
import { signAuditHead } from "@/lib/recovery/sign-audit-head";
import { defineJob } from "../define-job";
import { handle } from "../handle";

const signAuditJob = defineJob({ id: "audit.sign", payload: z.unknown(), attemptsMax: 5 });

export const signAudit = handle(signAuditJob, async () => {
  await signAuditHead({ now: () => new Date() });
});
