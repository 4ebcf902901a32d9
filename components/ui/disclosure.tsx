import type { ReactNode } from "react";
import { Icon } from "./icon";

/** A line that opens what is under it. Works without scripts. */
export function Disclosure(props: {
  id?: string;
  summary: string;
  open?: boolean;
  children: ReactNode;
}) {
  return (
    <details id={props.id} className="group/details border-t border-line" open={props.open}>
      <summary className="flex min-h-12 cursor-pointer items-center justify-between gap-2 py-2 font-semibold">
        {props.summary}
        <span className="group-open/details:rotate-180">
          <Icon name="chevron" />
        </span>
      </summary>
      <div className="grid gap-3 pb-4">{props.children}</div>
    </details>
  );
}
