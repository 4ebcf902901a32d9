import type { ReactNode } from "react";

/** A table of amounts: names on the left, figures in columns on the right. Wider than a phone, it scrolls by itself. */
export function StatementTable(props: {
  caption: string;
  head: readonly string[];
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
}) {
  const { caption, head, rows } = props;
  return (
    <div className="overflow-x-auto" role="region" aria-label={caption} tabIndex={0}>
      <table className="w-full border-collapse text-sm tabular-nums">
        <caption className="pb-1 text-left text-base font-semibold">{caption}</caption>
        <thead>
          <tr>
            {head.map((name, place) => (
              <th
                key={name}
                scope="col"
                className={`border-b border-line px-2 py-1 font-semibold ${place === 0 ? "text-left" : "text-right"}`}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key} className="break-inside-avoid">
              {cells.map((cell, place) =>
                place === 0 ? (
                  <th
                    key={place}
                    scope="row"
                    className="border-b border-line px-2 py-1 text-left font-normal"
                  >
                    {cell}
                  </th>
                ) : (
                  <td
                    key={place}
                    className="border-b border-line px-2 py-1 text-right whitespace-nowrap"
                  >
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
