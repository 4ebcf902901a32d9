import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AMOUNT_FORMS,
  type CsvDialect,
  DATE_FORMS,
  type Layout,
  type MadeLine,
  NARROW_COLUMNS,
  PORTAL_COLUMNS,
  PORTAL_LAYOUT,
  csvBytes,
  encoded,
  makeTable,
} from "@/test/statement-file";
import { type SheetCell, xlsxBytes } from "@/test/statement-workbook";
import { readStatementFile } from "./read-statement-file";
import { type Statement, type StatementLine } from "./statement";

const EAT_SECONDS = 3 * 3_600;
const START_SECONDS = Date.UTC(2026, 10, 2, 8, 30, 5) / 1_000;

/** What a line of each kind looks like, and what is to be read of it. */
const KINDS = [
  ["payment_in", 1n, "Pay Bill Online", (who: string) => `Pay Bill Online from ${who}`],
  ["payment_in", 1n, "Customer Buy Goods Online", (who: string) => `Merchant Payment from ${who}`],
  [
    "payout",
    -1n,
    "Business Payment to Customer via API",
    (who: string) => `Business Payment to ${who}`,
  ],
  ["reversal", -1n, "Pay Bill Reversal", () => "Reversal of Pay Bill"],
  ["charge", -1n, "Pay Bill Online", () => "Pay Bill Charge"],
  [
    "transfer",
    -1n,
    "Organization Settlement",
    () => "Utility Account to Organization Settlement Account",
  ],
  ["other", 1n, "", () => "Something nobody has seen"],
] as const;

const names = fc
  .stringMatching(/^[A-Za-z\u00e9\u00fc ,;|"'&<>.\t-]{1,25}$/)
  .map((name) => `A${name}z`);

/** Up to forty lines in the order of time, with names and amounts of every form. */
const madeLines: fc.Arbitrary<{ lines: MadeLine[]; kinds: string[] }> = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      laterBy: fc.integer({ min: 0, max: 90_000 }),
      cents: fc.bigInt({ min: 1n, max: 99_999_999_999n }),
      status: fc.constantFrom("Completed", "Completed", "Completed", "Failed", "Cancelled"),
      name: names,
      reference: fc.constantFrom("", "850060", "4K7M 2PA9", "school fees", "0071", 'a "b" c, d'),
      hasBreak: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((drawn) => {
    let clockSeconds = START_SECONDS;
    const lines = drawn.map((each, index) => {
      clockSeconds += each.laterBy;
      const who = `2547****${100 + index} - ${each.name}`;
      return {
        receipt: `TKL${index.toString(36).toUpperCase().padStart(7, "0")}`,
        clockSeconds,
        details: each.kind[3](who) + (each.hasBreak ? "\r\n" : "") + ` Acc. ${each.reference}`,
        status: each.status,
        amountCents: each.kind[1] * each.cents,
        reason: each.kind[2],
        otherParty: who,
        reference: each.reference,
        linked: each.kind[0] === "reversal" ? "TKL9999999" : "",
      };
    });
    return { lines, kinds: drawn.map(({ kind }) => kind[0]) };
  });

const layouts: fc.Arbitrary<Layout> = fc
  .record({
    columns: fc.oneof(
      fc.shuffledSubarray([...PORTAL_COLUMNS, ["unknown", "Extra"] as const], { minLength: 15 }),
      fc.constant(NARROW_COLUMNS),
      fc.constant(PORTAL_COLUMNS.map(([column, name]) => [column, name.toUpperCase()] as const)),
    ),
    dates: fc.constantFrom(...Object.values(DATE_FORMS)),
    amounts: fc.constantFrom(...Object.values(AMOUNT_FORMS)),
    isWithdrawnNegative: fc.boolean(),
    emptyAmount: fc.constantFrom("", "0.00", "-", "0"),
    isNewestFirst: fc.boolean(),
    hasPreamble: fc.boolean(),
    hasFooter: fc.boolean(),
    openingCents: fc.bigInt({ min: 0n, max: 10_000_000n }),
    headerAgainAfter: fc.option(fc.nat(20)),
  })
  .map(({ hasPreamble, hasFooter, ...layout }) => ({
    ...layout,
    preamble: hasPreamble
      ? [
          ["Account Holder:", "ACME Traders Ltd - Nairobi"],
          ["Short Code:", "600998"],
          ["Account:", "Utility Account"],
          ["Time Period:", "From", "02-11-2026 00:00:00", "To", "30-12-2026 23:59:59"],
          ["Operator:", "jane", "Organization:", "ACME", "Date of Report:", "01-01-2027 07:00:00"],
          [""],
          ["Opening Balance:", AMOUNT_FORMS.grouped(layout.openingCents), "Total Paid In:", "1.00"],
        ]
      : [],
    footer: hasFooter
      ? [[""], ["Total", "", "", "", "", "12.00"], ["Page 1 of 1"], ["Thank you"]]
      : [],
  }));

const dialects: fc.Arbitrary<CsvDialect> = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t", "|"),
  eol: fc.constantFrom("\r\n", "\n"),
  encoding: fc.constantFrom("utf8", "utf8-bom", "utf16le", "utf16le-bare", "utf16be", "latin1"),
  isAllQuoted: fc.boolean(),
});

function expectedLines(
  made: { lines: MadeLine[]; kinds: string[] },
  layout: Layout,
): StatementLine[] {
  const { rowOfLine, balances } = makeTable(made.lines, layout);
  const hasOwnColumns = layout.columns.some(([column]) => column === "reference");
  const lines = made.lines.map((line, index): StatementLine => {
    const kind = KINDS.map(([name]) => name).find((name) => name === made.kinds[index]) ?? "other";
    return {
      row: rowOfLine[index] ?? 0,
      receipt: line.receipt,
      completedAt: new Date((line.clockSeconds - EAT_SECONDS) * 1_000),
      details: line.details.replace(/\s+/g, " ").trim(),
      status: line.status === "Completed" ? "completed" : "other",
      kind,
      amountCents: line.amountCents,
      balanceCents: balances[index] ?? null,
      otherParty: hasOwnColumns ? line.otherParty.replace(/\s+/g, " ").trim() : expect.anything(),
      reference: line.reference || null,
      originalReceipt: hasOwnColumns && line.linked && kind === "reversal" ? line.linked : null,
    };
  });
  return layout.isNewestFirst ? lines.reverse() : lines;
}

async function read(bytes: Uint8Array, fileName = "statement.csv"): Promise<Statement> {
  const reading = await readStatementFile({ bytes, fileName });
  if (reading.kind !== "read") throw new Error(`${reading.problem} at ${reading.row}`);
  return reading.statement;
}

async function problemOf(bytes: Uint8Array): Promise<readonly [string, number | null]> {
  const reading = await readStatementFile({ bytes, fileName: "x" });
  return reading.kind === "read" ? ["read", null] : [reading.problem, reading.row];
}

function expectSame(
  statement: Statement,
  made: { lines: MadeLine[]; kinds: string[] },
  layout: Layout,
) {
  const wanted = expectedLines(made, layout);
  if (!layout.columns.some(([column]) => column === "otherParty")) {
    wanted.forEach((line, index) => {
      wanted[index] = { ...line, otherParty: statement.lines[index]?.otherParty ?? null };
    });
  }
  expect(statement.lines).toEqual(wanted);
  expect(statement.unreadable).toEqual([]);
  expect(statement.balanceBreaks).toEqual([]);
  if (layout.preamble.length > 0) {
    expect(statement).toMatchObject({
      shortcode: "600998",
      organisation: "ACME Traders Ltd - Nairobi",
      account: "Utility Account",
      from: new Date("2026-11-02T00:00:00+03:00"),
      to: new Date("2026-12-30T23:59:59+03:00"),
      openingCents: layout.openingCents,
    });
  }
}

describe("a statement file", () => {
  test("is read back line by line from every dialect of text", async () => {
    await fc.assert(
      fc.asyncProperty(madeLines, layouts, dialects, async (made, layout, dialect) => {
        const bytes = csvBytes(makeTable(made.lines, layout).rows, dialect);
        expectSame(await read(bytes), made, layout);
      }),
      { numRuns: 50 },
    );
  });

  test("is read back line by line from a workbook of texts", async () => {
    await fc.assert(
      fc.asyncProperty(madeLines, layouts, fc.boolean(), async (made, layout, isShared) => {
        const bytes = xlsxBytes(makeTable(made.lines, layout).rows, { isShared });
        expectSame(await read(bytes), made, layout);
      }),
      { numRuns: 20 },
    );
  });

  test("is read back from a workbook of numbers and days, to the cent and the second", async () => {
    const asStored = (cents: string) => Number(cents).toPrecision(17).replace(/0+$/, "0");
    await fc.assert(
      fc.asyncProperty(
        madeLines,
        fc.boolean(),
        fc.boolean(),
        async (made, isStyled, isNewestFirst) => {
          const layout = { ...PORTAL_LAYOUT, isNewestFirst };
          const times = new Map(
            made.lines.map((line) => [DATE_FORMS.dashes(line.clockSeconds), line.clockSeconds]),
          );
          const rows = makeTable(made.lines, layout).rows.map((row) =>
            row.map((cell, column): SheetCell => {
              const seconds = column === 1 ? times.get(cell) : undefined;
              if (seconds !== undefined) {
                const serial = String(seconds / 86_400 + 25_569);
                return isStyled ? { serial } : { number: serial };
              }
              const isAmount = column >= 5 && column <= 7 && /^-?\d+\.\d\d$/.test(cell);
              return isAmount ? { number: asStored(cell) } : cell;
            }),
          );
          expectSame(await read(xlsxBytes(rows)), made, layout);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("with one byte changed, lost or added never loses a line without a word", async () => {
    await fc.assert(
      fc.asyncProperty(
        madeLines,
        fc.nat(),
        fc.nat(255),
        fc.nat(2),
        async (made, place, byte, how) => {
          const bytes = csvBytes(makeTable(made.lines, PORTAL_LAYOUT).rows);
          const header = Buffer.from(bytes).indexOf("\n") + 1;
          const at = header + (place % Math.max(1, bytes.length - header));
          const middle = how === 0 ? [byte] : how === 1 ? [] : [byte, bytes[at] ?? 0];
          const mangled = Buffer.concat([
            bytes.subarray(0, at),
            Buffer.from(middle),
            bytes.subarray(at + 1),
          ]);
          const reading = await readStatementFile({ bytes: mangled, fileName: "x" });
          if (reading.kind !== "read") return;
          const { lines, unreadable } = reading.statement;
          // The byte may have been a line break: two lines are then one row that is named.
          expect(lines.length + unreadable.length).toBeGreaterThanOrEqual(made.lines.length - 1);
          const unchanged = lines.filter(({ receipt }) =>
            made.lines.some((line) => line.receipt === receipt),
          );
          if (unchanged.length < made.lines.length) {
            expect(unreadable.length + (lines.length - unchanged.length)).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test("that breaks off is read up to there, and the torn line is never taken for a smaller amount", async () => {
    await fc.assert(
      fc.asyncProperty(madeLines, fc.nat(), fc.boolean(), async (made, place, isNarrow) => {
        const columns = isNarrow ? NARROW_COLUMNS : PORTAL_COLUMNS;
        const layout = { ...PORTAL_LAYOUT, columns, amounts: AMOUNT_FORMS.grouped };
        const bytes = csvBytes(makeTable(made.lines, layout).rows);
        const torn = bytes.subarray(0, 1 + (place % bytes.length));
        const reading = await readStatementFile({ bytes: torn, fileName: "x" });
        if (reading.kind !== "read") return;
        const wanted = new Map(made.lines.map((line) => [line.receipt, line.amountCents]));
        for (const line of reading.statement.lines) {
          expect(line.amountCents).toBe(wanted.get(line.receipt));
        }
      }),
      { numRuns: 100 },
    );
  });

  test("of any bytes at all gets an answer", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3_000 }),
        fc.constantFrom(
          "",
          "PK\u0003\u0004",
          "\u00d0\u00cf\u0011\u00e0",
          "\u00ff\u00fe",
          "%PDF-1.7",
        ),
        async (bytes, start) => {
          const mangled = Buffer.concat([Buffer.from(start, "latin1"), bytes]);
          await expect(readStatementFile({ bytes: mangled, fileName: "x" })).resolves.toBeDefined();
        },
      ),
      { numRuns: 100 },
    );
  });

  test("that is a workbook with bytes changed gets an answer", async () => {
    await fc.assert(
      fc.asyncProperty(
        madeLines,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (made, changes) => {
          const bytes = Buffer.from(xlsxBytes(makeTable(made.lines, PORTAL_LAYOUT).rows));
          for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
          await expect(readStatementFile({ bytes, fileName: "x" })).resolves.toBeDefined();
        },
      ),
      { numRuns: 50 },
    );
  });
});

const HEADER = PORTAL_COLUMNS.map(([, name]) => name);
const LINE = {
  "Receipt No.": "TKL4X2M9QA",
  "Completion Time": "21-11-2026 14:05:09",
  "Initiation Time": "21-11-2026 14:05:01",
  Details: "Pay Bill Online from 2547****111 - ALICE Acc. A1",
  "Transaction Status": "Completed",
  "Paid In": "1,000.00",
};

function row(changes: Record<string, string> = {}): string[] {
  const cells: Record<string, string> = { ...LINE, ...changes };
  return HEADER.map((name) => cells[name] ?? "");
}

describe("a row of the table", () => {
  test.each([
    ["no_receipt", { "Receipt No.": "" }],
    ["bad_receipt", { "Receipt No.": "12" }],
    ["bad_receipt", { "Receipt No.": "TKL4X2M9QA TKL4X2M9QB" }],
    ["no_time", { "Completion Time": "" }],
    ["bad_time", { "Completion Time": "yesterday" }],
    ["bad_time", { "Completion Time": "31-11-2026 10:00:00" }],
    ["bad_time", { "Completion Time": "21-11-2026 24:00:00" }],
    ["bad_time", { "Completion Time": "21-11-2026 13:00:00 PM" }],
    ["no_status", { "Transaction Status": "" }],
    ["bad_status", { "Transaction Status": "Complet" }],
    ["no_amount", { "Paid In": "" }],
    ["no_amount", { "Paid In": "0.00", Withdrawn: "-0.00" }],
    ["two_amounts", { Withdrawn: "-3.00" }],
    ["bad_amount", { "Paid In": "1.005" }],
    ["bad_amount", { "Paid In": "1,00" }],
    ["bad_amount", { "Paid In": "-1,000.00" }],
    ["bad_amount", { "Paid In": "=1000+1" }],
    ["bad_amount", { "Paid In": "", Withdrawn: "--3.00" }],
    ["bad_balance", { Balance: "many" }],
    ["other_currency", { Currency: "USD" }],
  ])("is named as %s when it has %j", async (problem, changes) => {
    const statement = await read(csvBytes([HEADER, row(), row(changes), row()]));
    expect(statement.unreadable).toEqual([{ row: 3, problem }]);
    expect(statement.lines.map((line) => line.row)).toEqual([2, 4]);
  });

  test("with a comma too many or a cell too few is named, and no cell is taken for its neighbour", async () => {
    const whole = row().join(",").replace("1,000.00", '"1,000.00"');
    const torn = row().join(",");
    const short = whole.split(",").slice(0, -1).join(",");
    const text = [HEADER.join(","), torn, short, whole].join("\r\n");
    const statement = await read(Buffer.from(text));
    expect(statement.unreadable).toEqual([
      { row: 2, problem: "too_many_cells" },
      { row: 3, problem: "too_few_cells" },
    ]);
    expect(statement.lines.map((line) => line.row)).toEqual([4]);
  });

  test("with a stray quote is named, and hides none of the rows after it", async () => {
    const lines = [
      row(),
      row({ Details: "STRAY" }),
      row({ "Paid In": "2000" }),
      row({ "Paid In": "3000" }),
    ];
    const text = Buffer.from(csvBytes([HEADER, ...lines])).toString();
    const statement = await read(Buffer.from(text.replace("STRAY", '"STRAY')));
    expect(statement.lines.map((line) => [line.row, line.amountCents])).toEqual([
      [4, 200_000n],
      [5, 300_000n],
    ]);
    expect(statement.unreadable.map((unread) => unread.row)).toEqual([2, 3]);
  });

  test("between two stray quotes is named, and lends its end to no other row", async () => {
    const lines = [
      row({ Details: "OPENS", "Paid In": "8" }),
      row({ Details: "CLOSES", "Paid In": "9" }),
      row(),
    ];
    const text = Buffer.from(csvBytes([HEADER, ...lines])).toString();
    const statement = await read(
      Buffer.from(text.replace("OPENS", '"OPENS').replace("CLOSES", 'CLOSES"')),
    );
    expect(statement.unreadable).toEqual([{ row: 2, problem: "stray_quote" }]);
    expect(statement.lines.map((line) => line.amountCents)).toEqual([100_000n]);
  });

  test("with quotes inside of a text is read", async () => {
    const text = [
      HEADER.join(","),
      row({ "Paid In": "5", Details: 'Pay Bill from "JJ" DOE' }).join(","),
    ];
    const [line] = (await read(Buffer.from(text.join("\n")))).lines;
    expect(line).toMatchObject({ details: 'Pay Bill from "JJ" DOE', amountCents: 500n });
  });

  test("without a completion is read when it never completed", async () => {
    const failed = row({ "Completion Time": "", "Transaction Status": "Failed" });
    const [line] = (await read(csvBytes([HEADER, failed]))).lines;
    expect(line).toMatchObject({
      status: "other",
      completedAt: new Date("2026-11-21T14:05:01+03:00"),
    });
  });

  test("shows no balance that is not confirmed", async () => {
    const rows = [
      row({ Balance: "7", "Balance Confirmed": "false" }),
      row({ Balance: "7", "Balance Confirmed": "TRUE" }),
    ];
    const { lines } = await read(csvBytes([HEADER, ...rows]));
    expect(lines.map((line) => line.balanceCents)).toEqual([null, 700n]);
  });

  test("that names what it reverses is read so", async () => {
    const rows = [
      row({
        Details: "Pay Bill Reversal Original Transaction ID TKL1111111",
        "Paid In": "",
        Withdrawn: "-5",
      }),
      row({
        Details: "Reversal",
        "Reason Type": "Reversal",
        "Linked Transaction ID": "tkl2222222",
      }),
      row({ Details: "Pay Bill from 2547****1 - TKL3333333 Acc. 1" }),
    ];
    const { lines } = await read(csvBytes([HEADER, ...rows]));
    expect(lines.map((line) => [line.kind, line.originalReceipt, line.amountCents])).toEqual([
      ["reversal", "TKL1111111", -500n],
      ["reversal", "TKL2222222", 100_000n],
      ["payment_in", null, 100_000n],
    ]);
  });

  test("of formulas in a workbook is the text of their last result", async () => {
    const cells = row({ Details: "" }).map((cell, index): SheetCell =>
      index === 3 ? { formula: 'HYPERLINK("http://x")', value: "=Pay Bill Acc. 7" } : cell,
    );
    const { lines } = await read(xlsxBytes([HEADER, cells]));
    expect(lines[0]).toMatchObject({ details: "=Pay Bill Acc. 7", reference: "7" });
  });
});

describe("what stands around the table", () => {
  test("is left out when it is a total or a remark, and named when it has money", async () => {
    const rows = [
      row(),
      [],
      ["", "", "", "Totals", "", "1,785.00", "15.00"],
      ["Grand Total", "", "", "", "", "1,785.00"],
      ["Closing Balance:", "2,000.00"],
      ["End of statement"],
      ["", "", "", "", "", "77.00"],
      ["TKL4X2M9QB"],
    ];
    const padded = rows.map((cells) => HEADER.map((_, index) => cells[index] ?? ""));
    const statement = await read(csvBytes([HEADER, ...padded]));
    expect(statement.lines).toHaveLength(1);
    expect(statement.closingCents).toBe(200_000n);
    expect(statement.unreadable).toEqual([
      { row: 8, problem: "no_receipt" },
      { row: 9, problem: "no_status" },
    ]);
  });

  test("is read from one cell as from two, and from the name of the file where there is nothing", async () => {
    const above = [
      ["Organisation Name: ACME; Nairobi"],
      ["Paybill Number: 600998"],
      ["Statement Period: 01-11-2026 - 30-11-2026"],
    ];
    expect(await read(csvBytes([...above, HEADER, row()]))).toMatchObject({
      organisation: "ACME; Nairobi",
      shortcode: "600998",
      from: new Date("2026-11-01T00:00:00+03:00"),
      to: new Date("2026-11-30T23:59:59+03:00"),
    });
    const name = "Statements for 654321 from 2026-11-04 to 2026-11-05.csv";
    expect(await read(csvBytes([HEADER, row()]), name)).toMatchObject({
      shortcode: "654321",
      organisation: null,
      from: new Date("2026-11-04T00:00:00+03:00"),
      to: new Date("2026-11-05T23:59:59+03:00"),
    });
  });

  test("is the first to say so: the name of the file says nothing else, and a second column of a name nothing", async () => {
    const name = "Statements for 654321 from 2026-11-04 to 2026-11-05.csv";
    const above = [
      ["Short Code:", "600998"],
      ["Time Period:", "01-11-2026 to 30-11-2026"],
    ];
    const twice = [
      [...HEADER, "Paid In"],
      [...row(), "7.00"],
    ];
    expect(await read(csvBytes([...above, ...twice]), name)).toMatchObject({
      shortcode: "600998",
      from: new Date("2026-11-01T00:00:00+03:00"),
      to: new Date("2026-11-30T23:59:59+03:00"),
      lines: [{ amountCents: 100_000n }],
    });
  });

  test("may be another header with its columns elsewhere", async () => {
    const other = [...HEADER].reverse();
    const statement = await read(csvBytes([HEADER, row(), other, row().reverse()]));
    expect(statement.lines.map(({ row: at, amountCents }) => [at, amountCents])).toEqual([
      [2, 100_000n],
      [4, 100_000n],
    ]);
  });

  test("may be nothing: a period without a line is a statement", async () => {
    expect(await read(csvBytes([HEADER]))).toMatchObject({
      lines: [],
      unreadable: [],
      balanceBreaks: [],
    });
  });
});

describe("the balances of a statement", () => {
  const chain = (balances: string[], amounts: string[], closing = "") =>
    csvBytes([
      ["Opening Balance:", "100.00", ...(closing ? ["Closing Balance:", closing] : [])],
      HEADER,
      ...balances.map((balance, index) =>
        row({
          Balance: balance,
          "Paid In": amounts[index] ?? "",
          "Completion Time": `21-11-2026 10:00:0${index}`,
        }),
      ),
    ]);

  test.each([
    ["add up", ["150", "160", "165"], ["50", "10", "5"], "165", []],
    ["show a line that is missing", ["150", "160", "185"], ["50", "10", "5"], "", [5]],
    ["show a line that was added", ["150", "160", "165"], ["50", "99", "5"], "", [4]],
    ["show an opening that is another", ["151", "161", "166"], ["50", "10", "5"], "", [3]],
    ["show a closing that is another", ["150", "160", "165"], ["50", "10", "5"], "170", [5]],
    ["may be left out here and there", ["150", "", "165"], ["50", "10", "5"], "165", []],
    [
      "show what is missing across one that is left out",
      ["150", "", "165"],
      ["50", "11", "5"],
      "",
      [5],
    ],
    ["say nothing across a row that was not read", ["150", "160", "999"], ["50", "?", "5"], "", []],
  ])("%s", async (_, balances, amounts, closing, breaks) => {
    expect((await read(chain(balances, amounts, closing))).balanceBreaks).toEqual(breaks);
  });

  test("are followed from the bottom when all lines are of one second and the newest is on top", async () => {
    const rows = ["165", "160", "150"].map((Balance, index) =>
      row({ Balance, "Paid In": ["5", "10", "50"][index] ?? "" }),
    );
    expect((await read(csvBytes([HEADER, ...rows]))).balanceBreaks).toEqual([]);
  });
});

describe("a file that is refused", () => {
  test.each([
    ["empty", ""],
    ["empty", " \r\n\t\n"],
    ["not_a_statement", "%PDF-1.4 and more"],
    ["not_a_statement", "\ufeff<html><table><tr><td>Receipt No.</td></tr></table></html>"],
    ["not_a_statement", "Receipt No.\0\0\0,Completion Time"],
    ["no_table", "hello"],
    ["no_table", "Receipt No.,Details\nTKL4X2M9QA,x"],
    ["no_table", "Receipt No.,Completion Time,Transaction Status,Details\n"],
  ])("is %s: %j", async (problem, text) => {
    expect(await problemOf(Buffer.from(text))).toEqual([problem, null]);
  });

  test("is an old workbook, and one with a password says so", async () => {
    const old = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]);
    expect(await problemOf(old)).toEqual(["old_excel", null]);
    const locked = Buffer.concat([old, Buffer.from("EncryptedPackage", "utf16le")]);
    expect(await problemOf(locked)).toEqual(["encrypted", null]);
    const zipped = Buffer.from(xlsxBytes([HEADER, row()]));
    for (
      let at = zipped.indexOf("PK\u0001\u0002");
      at !== -1;
      at = zipped.indexOf("PK\u0001\u0002", at + 1)
    ) {
      zipped[at + 8] = 1;
    }
    expect(await problemOf(zipped)).toEqual(["encrypted", null]);
  });

  test("has its days the American way round, unless other rows prove ours", async () => {
    const at = (time: string) => row({ "Completion Time": time });
    const ours = [HEADER, at("03/02/2026 10:00"), at("21/02/2026 10:00")];
    expect((await read(csvBytes(ours))).lines[0]?.completedAt).toEqual(
      new Date("2026-02-03T10:00:00+03:00"),
    );
    const american = [HEADER, at("02/03/2026 10:00"), at("02/21/2026 10:00")];
    expect(await problemOf(csvBytes(american))).toEqual(["month_first", 3]);
    expect((await read(csvBytes([...ours, at("02/22/2026 10:00")]))).unreadable).toEqual([
      { row: 4, problem: "bad_time" },
    ]);
  });

  test("has some of its days turned into dates by a spreadsheet", async () => {
    const cells = row().map((cell, index): SheetCell =>
      index === 1 ? { serial: "46056.5" } : cell,
    );
    expect(await problemOf(xlsxBytes([HEADER, cells, row()]))).toEqual(["mixed_dates", 3]);
    expect(await problemOf(xlsxBytes([HEADER, cells, cells]))).toEqual(["read", null]);
  });

  test("has a workbook's bytes and breaks off anywhere", async () => {
    const whole = xlsxBytes([HEADER, ...Array.from({ length: 50 }, () => row())]);
    for (let end = 2; end < whole.length; end += 37) {
      expect((await problemOf(whole.subarray(0, end)))[0]).toBe("damaged");
    }
  });
});

describe("the limits of a file", () => {
  test("are twenty mebibytes", async () => {
    const bytes = Buffer.alloc(20 * 1024 * 1024 + 1, "a");
    expect(await problemOf(bytes)).toEqual(["too_large", null]);
    expect(await problemOf(bytes.subarray(1))).toEqual(["no_table", null]);
  });

  test("are a quarter of a million rows, empty ones too", async () => {
    const header = `${HEADER.join(",")}\n`;
    const empty = `${",".repeat(HEADER.length - 1)}\n`;
    expect(await problemOf(Buffer.from(header + empty.repeat(260_000)))).toEqual([
      "too_large",
      260_001,
    ]);
  });

  test("are a record's length: a line without an end does not fill the memory", async () => {
    const text = `${HEADER.join(",")}\n${"a".repeat(5_000_000)}`;
    expect((await problemOf(Buffer.from(text)))[0]).toBe("damaged");
  });

  test.each([
    ["too_large", '<row r="1"><c r="XFD1"><v>1</v></c></row>'],
    ["too_large", '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'],
    ["too_large", '<row><x:c x:r="A9999999"><v>1</v></x:c></row>'],
  ])("are %s for a sheet of %s", async (problem, xml) => {
    const { unzipSync, zipSync, strToU8, strFromU8 } = await import("fflate");
    const parts = unzipSync(xlsxBytes([HEADER, row()]));
    const name = "xl/worksheets/sheet1.xml";
    const sheet = strFromU8(parts[name] ?? new Uint8Array());
    parts[name] = strToU8(sheet.replace("<sheetData>", `<sheetData>${xml}`));
    expect((await problemOf(zipSync(parts)))[0]).toBe(problem);
  });

  test("leave room for a long statement", async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => ({
      receipt: `TKL${index.toString(36).toUpperCase().padStart(7, "0")}`,
      clockSeconds: START_SECONDS + index,
      details: `Pay Bill Online from 2547****111 - ALICE Acc. A${index}`,
      status: "Completed",
      amountCents: BigInt(index + 1),
      reason: "Pay Bill Online",
      otherParty: "2547****111 - ALICE",
      reference: `A${index}`,
      linked: "",
    }));
    const { rows, balances } = makeTable(lines, PORTAL_LAYOUT);
    const statement = await read(encoded(rows.map((cells) => cells.join(",")).join("\n"), "utf8"));
    expect(statement.lines).toHaveLength(5_000);
    expect(statement.lines[0]?.balanceCents).toBe(balances.at(-1));
    expect(statement.balanceBreaks).toEqual([]);
  });
});
