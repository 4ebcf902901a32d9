import type { ReactNode } from "react";

/** A table of amounts: names on the left, figures in columns on the right. Wider than a phone, it scrolls by itself. */
export function StatementTable(props: {
  caption: string;
  /** What it stands under says the same already; on paper it does not. */
  captionIsSaid?: boolean;
  head: readonly string[];
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
}) {
  const { caption, captionIsSaid, head, rows } = props;
  return (
    <div className="overflow-x-auto" role="region" aria-label={caption} tabIndex={0}>
      <table className="w-full border-collapse text-sm tabular-nums">
        <caption
          className={`pb-1 text-left text-base font-semibold ${captionIsSaid ? "sr-only print:not-sr-only" : ""}`}
        >
          {caption}
        </caption>
        <thead>
          <tr>
            {head.map((name, place) => (
              <th
                key={name}
                scope="col"
                className={`border-b border-line px-0.5 py-1 font-semibold first:pl-0 last:pr-0 sm:px-2 ${place === 0 ? "text-left" : "text-right"}`}
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
                    className="border-b border-line py-1 pr-0.5 text-left font-normal sm:pr-2"
                  >
                    {cell}
                  </th>
                ) : (
                  <td
                    key={place}
                    // An amount holds together by itself; a time may take two lines.
                    className="border-b border-line px-0.5 py-1 text-right last:pr-0 sm:px-2 sm:whitespace-nowrap"
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
