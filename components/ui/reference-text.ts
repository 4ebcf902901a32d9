/** `BCDF-GHJK-MNPQ`: a short code in groups that can be read aloud. */
export function referenceText(publicCode: string): string {
  return publicCode.match(/.{1,4}/g)?.join("-") ?? publicCode;
}

/** The code inside what a person or an address wrote: dashes, spaces and case do not count. */
export function readReference(text: string): string {
  return text.replace(/[^0-9a-z]/gi, "").toUpperCase();
}
