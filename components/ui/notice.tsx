import type { ReactNode } from "react";

export type Tone = "plain" | "checking" | "failed";

const TONES: Record<Tone, string> = {
  plain: "border-line bg-raised",
  checking: "border-checking bg-checking-ground text-checking",
  failed: "border-failed bg-failed-ground text-failed",
};

/** A sentence that stands out. `checking` for "hold on", `failed` only when the reader must act. */
export function Notice({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <div className={`grid gap-1 rounded-box border p-3 ${TONES[tone]}`}>{children}</div>;
}
