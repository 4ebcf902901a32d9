import type { ReactNode } from "react";

/** A quiet line inside a list that opens what is too long for it. Works without scripts. */
export function Fold({ summary, children }: { summary: string; children: ReactNode }) {
  return (
    <details className="not-open:-mb-3">
      <summary className="flex min-h-12 w-fit cursor-pointer items-center text-sm text-action underline underline-offset-4">
        {summary}
      </summary>
      <div className="grid gap-2 pb-2">{children}</div>
    </details>
  );
}
