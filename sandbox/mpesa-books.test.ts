import { beforeEach, expect, it } from "vitest";

import { MpesaBooks, OUTSIDE, type MpesaTransfer } from "./mpesa-books";

let books: MpesaBooks;
beforeEach(() => {
  books = new MpesaBooks();
});

const pay = (changes: Partial<MpesaTransfer> = {}) =>
  books.transfer({
    atMs: 0,
    kind: "paid",
    from: "phone:254712345678",
    to: "shortcode:174379",
    amountCents: 500n,
    receipt: "UKL0000001",
    reference: "INV-1",
    ...changes,
  });

it("a receipt occurs once: a second payment under it moves nothing", () => {
  pay();
  expect(() => pay({ amountCents: 7n })).toThrow(/UKL0000001 twice/);
  expect(books.balanceOf("shortcode:174379")).toMatchObject({
    balanceCents: 500n,
    receivedCents: 500n,
    receivedCount: 1,
  });
});

it("money never flows backwards", () => {
  expect(() => pay({ amountCents: -1n })).toThrow(RangeError);
  expect(books.transfers(10)).toEqual([]);
});

it("only payments count as received; openings change the balance alone", () => {
  pay({ kind: "opening", from: OUTSIDE, receipt: null, reference: null });
  expect(books.balanceOf("shortcode:174379")).toMatchObject({
    balanceCents: 500n,
    receivedCents: 0n,
    receivedCount: 0,
  });
});
