import type { ReactNode } from "react";
import { Fold } from "./fold";

/** Folded on a screen; on paper, where nobody can open it, all of it. */
export function StatementFold({ summary, children }: { summary: string; children: ReactNode }) {
  return (
    <>
      <div className="print:hidden">
        <Fold summary={summary}>{children}</Fold>
      </div>
      <div className="hidden print:block">{children}</div>
    </>
  );
}
