import type { MessageOutcome } from "@/lib/generated/prisma/client";

/** What became of a message: how it ended, one sentence for staff, and the payment it was about. */
export interface Applied {
  readonly outcome: MessageOutcome;
  readonly note: string;
  readonly subjectId: string | null;
}
