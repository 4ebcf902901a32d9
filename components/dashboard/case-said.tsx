import type { CaseAnswer } from "@/lib/recovery/schemas";
import { LongId } from "./raw-text";

/** A code and the words that came with it, verbatim, and when. */
export function CaseSaid({ answer, time }: { answer: CaseAnswer; time: (at: Date) => string }) {
  return (
    <>
      <LongId>{answer.code}</LongId> {answer.text}
      {answer.at && <span className="block text-sm font-normal text-soft">{time(answer.at)}</span>}
    </>
  );
}
