const RECEIPT_SHAPE = /^[0-9A-Z]{1,32}$/;

/** A receipt's number in capitals, as it is stored and compared. Null for anything that is none. */
export function readReceiptNumber(text: string | null | undefined): string | null {
  const receipt = text?.trim().toUpperCase() ?? "";
  // A row of zeros stands where there is no receipt.
  return RECEIPT_SHAPE.test(receipt) && !/^0+$/.test(receipt) ? receipt : null;
}
