import { randomInt } from "node:crypto";

/** A payment that M-Pesa made and told the shop about, which answered that it has it. */
export interface Told {
  readonly depositId: string;
  readonly receipt: string;
  readonly amountCents: bigint;
}

/** What really happened, kept outside of everything that is killed. */
export class Truth {
  readonly told: Told[] = [];
  /** Deposits nobody paid, whatever strangers say. */
  readonly unpaid: string[] = [];
  /** How often the shop answered with what it owes every caller, and how often it was not there. */
  readonly answers = { acknowledged: 0, repeated: 0, refused: 0, unreachable: 0, forged: 0 };
}

const SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** A receipt in the form M-Pesa gives them; no two of a run are the same. */
export function newReceipt(): string {
  return `UK${Array.from({ length: 8 }, () => SYMBOLS[randomInt(SYMBOLS.length)]).join("")}`;
}
