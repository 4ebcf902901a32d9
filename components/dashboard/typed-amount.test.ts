import { expect, test } from "vitest";
import { parseAmount } from "@/lib/kit/money";
import { typedAmount } from "./typed-amount";

test.each([
  ["150000.00", "150,000"],
  ["100000000.00", "100,000,000"],
  ["999.00", "999"],
  ["0.00", "0"],
  ["1250.50", "1,250.50"],
  ["", ""],
])("%j is shown as %j, as somebody would type it", (decimal, shown) => {
  expect(typedAmount(decimal)).toBe(shown);
});

test.each(["150000.00", "1250.50", "100000000.00"])(
  "%s, saved as it is shown, is the same amount",
  (decimal) => {
    const parsed = parseAmount(typedAmount(decimal), { minCents: 1n, maxCents: 10n ** 12n });
    expect(parsed).toEqual({ ok: true, amountCents: BigInt(decimal.replace(".", "")) });
  },
);
