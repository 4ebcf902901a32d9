import { LIMITS } from "./limits";
import { UnreadableFile } from "./unreadable-file";

// White space is what the reader of workbooks takes for it. The bytes are looked at one by one, and in
// them \s would also match a part of a letter.
const TAG = /<(?:[^\t-\r <>/!?]*:)?(row|c)(?=[\t-\r />])([^>]*)>/g;
const ATTRIBUTES =
  /^(?:[\t-\r ]+[^\t-\r =<>"']+[\t-\r ]*=[\t-\r ]*(?:"[^"<>&]*"|'[^'<>&]*'))*[\t-\r ]*\/?$/;
const PLACE = /[\t-\r ](?:[^\t-\r =<>"']+:)?r[\t-\r ]*=[\t-\r ]*["']([^"']*)["']/g;

/**
 * Refuses a sheet whose cells lie further apart than those of a statement. The reader of workbooks
 * fills every gap with empty cells, so one cell in the last corner of a sheet would take all memory there is.
 */
export function checkSheet(xml: Buffer): void {
  let rows = 0;
  for (const [, tag, attributes = ""] of xml.toString("latin1").matchAll(TAG)) {
    if (tag === "row") rows += 1;
    if (rows > LIMITS.rows) throw new UnreadableFile("too_large", LIMITS.rows);
    // Anything but plain attributes could hide a place from this check and show it to the reader.
    if (!ATTRIBUTES.test(attributes)) throw new UnreadableFile("damaged");
    for (const [, place = ""] of attributes.matchAll(PLACE)) checkPlace(place);
  }
}

function checkPlace(place: string): void {
  const match = /^([A-Z]{0,3})(\d{1,7})$/.exec(place);
  if (!match) throw new UnreadableFile("damaged");
  const [, letters = "", row = ""] = match;
  if (Number(row) > LIMITS.rows) throw new UnreadableFile("too_large", LIMITS.rows);
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  if (column > LIMITS.columns) throw new UnreadableFile("too_large", Number(row));
}
