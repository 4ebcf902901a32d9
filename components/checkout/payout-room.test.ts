import { describe, expect, test } from "vitest";
import type { WithdrawalAllowance } from "@/lib/payments/schemas";
import { payoutRoom, quickPayouts, roomText } from "./payout-room";

function allowance(change: Partial<WithdrawalAllowance> & { fee?: string } = {}) {
  const { fee = "0.00", ...rest } = change;
  return {
    available: "12340.75",
    payment_left: "150000.00",
    day_limit: "300000.00",
    day_left: "300000.00",
    week_limit: "1000000.00",
    week_left: "1000000.00",
    methods: { pesavoucher: { state: "on", fee }, mpesa: { state: "on", fee } },
    ...rest,
  } satisfies WithdrawalAllowance;
}

describe("what can be taken out", () => {
  test("is the whole balance, less the fee", () => {
    expect(payoutRoom(allowance({ fee: "10.00" }), "pesavoucher")).toEqual({
      kind: "open",
      minCents: 5_000n,
      maxCents: 1_233_075n,
    });
  });

  test("is whole shillings by M-Pesa, so that all of it is never refused for its cents", () => {
    expect(payoutRoom(allowance(), "mpesa")).toMatchObject({ maxCents: 1_234_000n });
  });

  test("is what the limits leave when that is less", () => {
    const limited = allowance({ payment_left: "700.00" });
    expect(payoutRoom(limited, "mpesa")).toMatchObject({ maxCents: 70_000n });
  });

  test("is never more than the method takes at once", () => {
    const rich = allowance({ available: "9000000.00", payment_left: "9000000.00" });
    expect(payoutRoom(rich, "pesavoucher")).toMatchObject({ maxCents: 15_000_000n });
    expect(payoutRoom(rich, "mpesa")).toMatchObject({ maxCents: 25_000_000n });
  });

  test.each([
    ["59.99", "10.00", "balance_low"],
    ["60.00", "10.00", "open"],
    ["5.00", "10.00", "balance_low"],
    ["0.00", "0.00", "balance_low"],
  ])("of %s with a fee of %s is: %s", (available, fee, kind) => {
    expect(payoutRoom(allowance({ available, fee }), "pesavoucher").kind).toBe(kind);
  });

  test("is nothing when the limits leave less than the smallest amount, whatever the balance is", () => {
    const limited = allowance({ payment_left: "49.99" });
    expect(payoutRoom(limited, "pesavoucher")).toEqual({ kind: "limit_reached", minCents: 5_000n });
    expect(payoutRoom(limited, "mpesa").kind).toBe("open");
  });
});

describe("quick amounts", () => {
  test.each([
    [1_234_000n, ["500", "1000", "2500", "12340"]],
    [90_000n, ["200", "500", "900"]],
    [20_000n, ["200"]],
    [5_050n, ["50.50"]],
  ])("with room for %s are %j: none too large, and all of it last", (maxCents, amounts) => {
    const quick = quickPayouts({ minCents: 1_000n, maxCents }, "All of it");
    expect(quick.map(({ amount }) => amount)).toEqual(amounts);
    expect(quick.at(-1)?.label).toBe("All of it");
    expect(quick.slice(0, -1).every(({ label }) => label === undefined)).toBe(true);
  });

  test("under the smallest amount are left out", () => {
    const quick = quickPayouts({ minCents: 30_000n, maxCents: 100_000n }, "All of it");
    expect(quick.map(({ amount }) => amount)).toEqual(["500", "1000"]);
  });
});

test("an amount is written without cents that are zero, on one line", () => {
  expect(roomText(1_234_000n)).toBe("KSh\u00a012,340");
  expect(roomText(1_234_050n)).toBe("KSh\u00a012,340.50");
});
