import { strToU8, zipSync } from "fflate";

/** A cell of a workbook: a text, a number in its stored digits, or a day as a number in the style of dates. */
export type SheetCell =
  string | { number: string } | { serial: string } | { formula: string; value: string };

export interface SheetOptions {
  /** Texts in the shared table, as Excel keeps them, or in their cells, as programs write them. */
  isShared?: boolean;
  sheetName?: string;
}

/** Rows as the bytes of an .xlsx workbook. */
export function xlsxBytes(
  rows: readonly (readonly SheetCell[])[],
  options: SheetOptions = {},
): Uint8Array {
  const shared = new Map<string, number>();
  const sheet = sheetXml(rows, options.isShared ? shared : null);
  return zipSync({
    "[Content_Types].xml": strToU8('<?xml version="1.0"?><Types/>'),
    "xl/workbook.xml": strToU8(
      `<?xml version="1.0"?><workbook xmlns:r="r"><sheets><sheet name="${options.sheetName ?? "Statement"}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    "xl/_rels/workbook.xml.rels": strToU8(
      '<?xml version="1.0"?><Relationships>' +
        ["worksheet", "styles", "sharedStrings"]
          .map(
            (type, index) =>
              `<Relationship Id="rId${index + 1}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${type === "worksheet" ? "worksheets/sheet1" : type}.xml"/>`,
          )
          .join("") +
        "</Relationships>",
    ),
    "xl/styles.xml": strToU8(
      '<?xml version="1.0"?><styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
    ),
    "xl/sharedStrings.xml": strToU8(
      `<?xml version="1.0"?><sst>${[...shared.keys()].map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join("")}</sst>`,
    ),
    "xl/worksheets/sheet1.xml": strToU8(sheet),
  });
}

function sheetXml(
  rows: readonly (readonly SheetCell[])[],
  shared: Map<string, number> | null,
): string {
  const written = rows.map((cells, index) => {
    const row = index + 1;
    return `<row r="${row}">${cells.map((cell, column) => cellXml(cell, `${letterOf(column)}${row}`, shared)).join("")}</row>`;
  });
  return `<?xml version="1.0"?><worksheet><sheetData>${written.join("")}</sheetData></worksheet>`;
}

function cellXml(cell: SheetCell, place: string, shared: Map<string, number> | null): string {
  if (typeof cell !== "string") {
    if ("number" in cell) return `<c r="${place}"><v>${cell.number}</v></c>`;
    if ("serial" in cell) return `<c r="${place}" s="1"><v>${cell.serial}</v></c>`;
    return `<c r="${place}" t="str"><f>${escaped(cell.formula)}</f><v>${escaped(cell.value)}</v></c>`;
  }
  if (cell === "") return "";
  if (!shared)
    return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
  const index = shared.get(cell) ?? shared.size;
  shared.set(cell, index);
  return `<c r="${place}" t="s"><v>${index}</v></c>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function letterOf(column: number): string {
  return column < 26
    ? String.fromCharCode(65 + column)
    : letterOf(Math.floor(column / 26) - 1) + String.fromCharCode(65 + (column % 26));
}
