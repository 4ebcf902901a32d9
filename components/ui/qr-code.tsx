import { create } from "qrcode";

const QUIET_ZONE = 4;

/** A QR code of `text` as one inline drawing, dark on light in both themes because scanners need it so. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const side = modules.size + 2 * QUIET_ZONE;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
      className="size-36 bg-paper"
    >
      <path d={darkRuns(modules)} strokeWidth="1" className="stroke-print" />
    </svg>
  );
}

/** One horizontal stroke for each run of dark modules. */
function darkRuns(modules: { size: number; get: (row: number, column: number) => number }): string {
  const strokes: string[] = [];
  for (let row = 0; row < modules.size; row++) {
    let start = -1;
    for (let column = 0; column <= modules.size; column++) {
      const dark = column < modules.size && modules.get(row, column) === 1;
      if (dark && start < 0) start = column;
      if (!dark && start >= 0) {
        strokes.push(`M${start + QUIET_ZONE} ${row + QUIET_ZONE + 0.5}h${column - start}`);
        start = -1;
      }
    }
  }
  return strokes.join("");
}
