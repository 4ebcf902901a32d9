import type { ReactNode } from "react";

export function Card({ children }: { children: ReactNode }) {
  return <div className="grid gap-4 rounded-box border border-line bg-raised p-4">{children}</div>;
}
