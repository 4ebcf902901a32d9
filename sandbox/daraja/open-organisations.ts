import { OUTSIDE, type MpesaBooks } from "@/sandbox/mpesa-books";
import type { DarajaDirectory } from "./accounts";

const UTILITY_OPENING_CENTS = 500_000_000n;
const WORKING_OPENING_CENTS = 100_000_000n;

/** Gives every organisation what it starts with: KES 5,000,000 to pay out, 1,000,000 beside it. */
export function openOrganisations(
  directory: DarajaDirectory,
  books: MpesaBooks,
  nowMs: number,
): void {
  for (const { shortcode } of directory.organisations) {
    const open = (account: string, amountCents: bigint): void => {
      books.transfer({
        atMs: nowMs,
        kind: "opening",
        from: OUTSIDE,
        to: `${account}:${shortcode}`,
        amountCents,
        receipt: null,
        reference: null,
      });
    };
    open("utility", UTILITY_OPENING_CENTS);
    open("working", WORKING_OPENING_CENTS);
  }
}
