import type { ReactNode } from "react";

/** One list of the dashboard: its name, how many, and the rows, or one sentence when there are none. */
export function Panel(props: {
  title: string;
  empty: string;
  rows: readonly ReactNode[];
  /** How many there are, where not all of them are shown; null where nobody knows. */
  count?: number | null;
}) {
  const { title, empty, rows, count = rows.length } = props;
  return (
    <section className="grid content-start gap-2">
      <h2 className="flex items-baseline gap-2 text-lg font-semibold">
        {title}
        {rows.length > 0 && count !== null && (
          <span className="text-base font-normal text-soft tabular-nums">{count}</span>
        )}
      </h2>
      {rows.length === 0 ? (
        <p className="text-soft">{empty}</p>
      ) : (
        <ul className="divide-y divide-line rounded-box border border-line bg-raised">{rows}</ul>
      )}
    </section>
  );
}

/** One row: what it is, what is known about it, and at most one thing to do. */
export function PanelRow(props: {
  title: ReactNode;
  lines: readonly ReactNode[];
  action?: ReactNode;
}) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 p-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-semibold break-words">{props.title}</p>
        {props.lines.map((line, place) => (
          <p key={place} className="text-sm break-words text-soft">
            {line}
          </p>
        ))}
      </div>
      {props.action}
    </li>
  );
}
