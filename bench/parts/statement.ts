import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { db } from "@/lib/db";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { createStaff } from "@/prisma/factories/create-staff";
import { seededRandom } from "@/test/simulation/seeded-random";
import {
  accountOf,
  lineOfPayment,
  momentsOf,
  receiptOf,
  seedPayments,
  statementCsv,
  type MadeLine,
  type MadePayment,
  type SeededPayment,
} from "@/test/statements";
import { shown } from "../lib/numbers";
import type { Bench } from "../lib/open-bench";
import { table, type Section } from "../lib/report";
import { makeCustomers } from "../lib/sign-in";
import type { ImportOrder, ImportResult } from "../programs/statement-importer";

const SECONDS_AIM = 30;
const MATCHED_AIM = 99.9;
const SYMBOLS = "0123456789ACEFHJKMNPRTW";

interface Day {
  readonly lines: readonly MadeLine[];
  /** Which deposit each payment's line truly belongs to, by its receipt. */
  readonly truth: ReadonlyMap<string, string>;
  readonly counts: Readonly<Record<"payments" | "charges" | "doubled" | "slips", number>>;
}

/**
 * A statement of 100,000 lines against as many payments: ticked off by receipt, deposits whose callback was
 * lost or that were paid without a receipt, account numbers typed as people type them and some typed
 * wrong, masked phones, charges, transfers and doubled lines. Seconds, memory, and what was matched to whom.
 */
export async function benchStatement(bench: Bench): Promise<Section> {
  const count = bench.short ? 5_000 : 100_000;
  const merchant = await createMerchant();
  const staff = await createStaff({ merchantId: merchant.id });
  const colleague = await createStaff({ merchantId: merchant.id });
  const { shortcode } = await accountOf(merchant.id);
  const customers = await makeCustomers(merchant.id, Math.ceil(count / 20));
  const payments = await seedPayments(customers, paymentsOf(count));
  const day = dayOf(payments);
  const folder = mkdtempSync(path.join(os.tmpdir(), "malipo-statement-"));
  const file = path.join(folder, "statement.csv");
  const bytes = statementCsv({ shortcode, lines: day.lines });
  writeFileSync(file, bytes);
  await db().$executeRaw`ANALYZE`;
  const importer = bench.startOwn("statement-importer.ts");
  const order: ImportOrder = {
    merchantId: merchant.id,
    staffIds: [staff.id, colleague.id],
    path: file,
  };
  const first = (await importer.ask(order)) as ImportResult;
  await importer.stop();
  rmSync(folder, { recursive: true, force: true });
  const found = await judge(merchant.id, day.truth);
  return describe({ bench, day, first, found, fileMiB: bytes.byteLength / 2 ** 20, count });
}

/** In 100 payments: 97 are known by their receipt, one was found by a look-up, two wait for a callback. */
function paymentsOf(count: number): MadePayment[] {
  return momentsOf(count).map((at, i) => {
    const turn = i % 100;
    return {
      state: turn < 98 ? "paid" : "submitted",
      amountCents: BigInt(10 + (i % 9_000)) * 100n,
      receipt: turn < 97 ? receiptOf("BNC", i) : null,
      at,
    };
  });
}

function dayOf(payments: readonly SeededPayment[]): Day {
  const random = seededRandom("bench statement");
  const truth = new Map<string, string>();
  const counts = { payments: 0, charges: 0, doubled: 0, slips: 0 };
  // The oldest payments are of the day before: they are not in this file.
  const inFile = payments.slice(Math.floor(payments.length * 0.08));
  const lines: MadeLine[] = [];
  for (const [i, payment] of inFile.entries()) {
    const receipt = payment.receipt ?? receiptOf("BNL", i);
    const isSlip = payment.state === "submitted" && counts.slips < payments.length / 1_250;
    if (isSlip) counts.slips += 1;
    const reference =
      payment.state === "submitted"
        ? isSlip
          ? slipOf(payment.payReference, random)
          : typedBy(i, payment.payReference)
        : payment.publicCode;
    const line = lineOfPayment(payment, receipt, reference);
    lines.push(line);
    truth.set(receipt, payment.id);
    counts.payments += 1;
    if (i % 14 === 0) {
      lines.push({ receipt, at: payment.at, details: "Pay Bill Charge", amountCents: -500n });
      counts.charges += 1;
    }
    if (i % 70 === 0) {
      lines.push(line);
      counts.doubled += 1;
    }
  }
  return { lines, truth, counts };
}

/** As people type it: small letters, gaps, and letters that look like the digit. */
function typedBy(i: number, reference: string): string {
  const ways = [
    reference,
    reference.toLowerCase(),
    `${reference.slice(0, 4)} ${reference.slice(4)}`,
    reference.replaceAll("0", "O").replaceAll("1", "I"),
  ];
  return ways[i % ways.length] ?? reference;
}

/** One wrong symbol, or two changed about: it may be nobody's, and never somebody else's. */
function slipOf(reference: string, random: () => number): string {
  const at = Math.floor(random() * (reference.length - 1));
  const [own = "", next = ""] = [reference[at], reference[at + 1]];
  if (own !== next && random() < 0.5) {
    return reference.slice(0, at) + next + own + reference.slice(at + 2);
  }
  const others = [...SYMBOLS].filter((symbol) => symbol !== own);
  return (
    reference.slice(0, at) +
    (others[Math.floor(random() * others.length)] ?? "") +
    reference.slice(at + 1)
  );
}

async function judge(merchantId: string, truth: ReadonlyMap<string, string>) {
  const rows = await db().providerTransaction.findMany({
    where: { merchantId, kind: "payment_in" },
    select: { receipt: true, paymentId: true, standing: true },
  });
  let matched = 0;
  let wrong = 0;
  for (const { receipt, paymentId, standing } of rows) {
    if (standing !== "matched") continue;
    if (truth.get(receipt) === paymentId) matched += 1;
    else wrong += 1;
  }
  return { lines: rows.length, matched, wrong };
}

function describe(input: {
  bench: Bench;
  day: Day;
  first: ImportResult;
  found: { lines: number; matched: number; wrong: number };
  fileMiB: number;
  count: number;
}): Section {
  const { day, first, found } = input;
  const seconds = first.previewSeconds + first.importSeconds;
  const percent = (100 * found.matched) / day.counts.payments;
  if (first.difference !== "0.00") throw new Error(`the books are apart by ${first.difference}`);
  return {
    title: "A statement of 100,000 lines",
    text: [
      `${shown(day.lines.length)} lines (${shown(input.fileMiB)} MiB of CSV) against ${shown(input.count)} payments: ` +
        `${shown(day.counts.payments)} payments, ${shown(day.counts.charges)} charges that have their payment’s receipt, ` +
        `${shown(day.counts.doubled)} lines twice. In a hundred payments one was found by a look-up and has no receipt yet, ` +
        "and of two the callback was lost; those were paid by hand, their account numbers typed in small letters, with " +
        `gaps and with letters for digits, and ${shown(day.counts.slips)} of them wrong: one symbol, or two changed about.`,
      table(
        [
          "read and previewed, s",
          "booked and compared, s",
          "peak memory, MiB",
          "before the file, MiB",
        ],
        [[first.previewSeconds, first.importSeconds, first.peakMiB, first.beforeMiB].map(shown)],
      ),
      `${shown(found.matched)} of ${shown(day.counts.payments)} payments were matched to their own deposit by the machine, ` +
        `${found.wrong} to another one; the rest is in suspense for a person. The report says that both books agree to the cent.`,
    ].join("\n\n"),
    aims: [
      {
        what: "a statement of 100,000 lines, from the file to the report, s",
        aim: `≤ ${SECONDS_AIM}`,
        got: shown(seconds),
        met: seconds <= SECONDS_AIM,
      },
      {
        what: "its payments matched by the machine, %",
        aim: `≥ ${MATCHED_AIM}`,
        got: percent.toFixed(2),
        met: percent >= MATCHED_AIM,
      },
      {
        what: "its payments matched to another deposit",
        aim: "0",
        got: String(found.wrong),
        met: found.wrong === 0,
      },
    ],
  };
}
