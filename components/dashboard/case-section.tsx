import type { ReactNode } from "react";

/** One named part of a case file. */
export function CaseSection(props: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={props.id} className="grid min-w-0 content-start gap-2">
      <h2 id={props.id} className="text-lg font-semibold">
        {props.title}
      </h2>
      {props.children}
    </section>
  );
}
