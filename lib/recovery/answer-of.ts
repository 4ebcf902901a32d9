import { maskText } from "./mask-text";
import type { CaseAnswer } from "./schemas";

/** What a provider said, as case files show it; null when it said nothing. */
export function answerOf(
  code: string | null,
  text: string | null,
  at: Date | null,
): CaseAnswer | null {
  return code === null ? null : { code, text: maskText(text ?? ""), at };
}
