"use client";

import { Button } from "./button";

/** Opens the browser's print dialog. It is not there without scripts. */
export function PrintButton({ label }: { label: string }) {
  return (
    <div className="needs-script print:hidden">
      <Button type="button" onClick={() => window.print()}>
        {label}
      </Button>
    </div>
  );
}
