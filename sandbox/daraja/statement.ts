import type { MpesaTransfer } from "@/sandbox/mpesa-books";
import type { World } from "@/sandbox/world";
import type { StatementRow } from "./statement-row";
import { describeTransfer } from "./statement-words";

/** Which of an organisation's accounts a statement is about. */
export const STATEMENT_ACCOUNTS = {
  // What customers pay and what is paid out are booked apart here; there, both are Utility.
  utility: { title: "Utility Account", parts: ["shortcode", "utility"] },
  working: { title: "Working Account", parts: ["working"] },
  charges: { title: "Charges Paid Account", parts: ["charges"] },
} as const;

export type StatementAccount = keyof typeof STATEMENT_ACCOUNTS;

export type Statement = {
  organisation: string;
  shortcode: string;
  account: StatementAccount;
  fromMs: number;
  toMs: number;
  openingCents: bigint;
  closingCents: bigint;
  /** Newest first. */
  rows: StatementRow[];
};

/**
 * What happened on an account between two moments, both included. Only completed transactions are
 * in it, and each balance is the one before it and its own amount.
 */
export function makeStatement(
  world: World,
  order: {
    organisation: string;
    shortcode: string;
    account: StatementAccount;
    /** Left out: from the beginning, until now. */
    fromMs?: number | undefined;
    toMs?: number | undefined;
  },
): Statement {
  const { shortcode, account } = order;
  const own = new Set(STATEMENT_ACCOUNTS[account].parts.map((part) => `${part}:${shortcode}`));
  const transfers = world.mpesaBooks.transfersOf(own);
  const toMs = order.toMs ?? world.clock.nowMs();
  const fromMs = order.fromMs ?? Math.min(toMs, transfers[0]?.atMs ?? toMs);
  let balanceCents = 0n;
  let openingCents = 0n;
  const rows: StatementRow[] = [];
  for (const transfer of transfers) {
    if (transfer.atMs > toMs) break;
    const changeCents = changeOf(transfer, own);
    balanceCents += changeCents;
    // What an account starts with is no transaction of anybody's.
    if (transfer.atMs < fromMs || transfer.kind === "opening") openingCents += changeCents;
    else rows.push({ ...describeTransfer(world, transfer, own), changeCents, balanceCents });
  }
  return {
    organisation: order.organisation,
    shortcode,
    account,
    fromMs,
    toMs,
    openingCents,
    closingCents: balanceCents,
    rows: rows.reverse(),
  };
}

function changeOf({ from, to, amountCents }: MpesaTransfer, own: ReadonlySet<string>): bigint {
  return (own.has(to) ? amountCents : 0n) - (own.has(from) ? amountCents : 0n);
}
