import { describe, expect, it } from "vitest";

import { parseShillings, toGroupedShillings, toTwoDecimals } from "./money";
import { Shillings, writeJson } from "./wire-json";

describe("amounts", () => {
  it.each([
    ["500", 50_000n],
    ["500.5", 50_050n],
    [" 1,250.05 ", 125_005n],
    [750, 75_000n],
    ["0.01", 1n],
  ])("reads %j as exact cents", (text, cents) => {
    expect(parseShillings(text)).toBe(cents);
  });

  it.each(["", "-5", "1.234", "5e3", "KES 5", null, undefined, {}, Number.NaN])(
    "refuses %j",
    (value) => {
      expect(parseShillings(value)).toBeUndefined();
    },
  );

  it("writes two decimals, also below one shilling and below zero", () => {
    expect([50_000n, 5n, -120n].map(toTwoDecimals)).toEqual(["500.00", "0.05", "-1.20"]);
    expect(toGroupedShillings(123_456_789n)).toBe("1,234,567.89");
  });

  it("stay literal inside JSON, which JSON.stringify cannot do", () => {
    const body = {
      amount: new Shillings(50_000n),
      left: undefined,
      list: [new Shillings(5n), null],
    };
    expect(writeJson(body)).toBe('{"amount":500.00,"list":[0.05,null]}');
    expect(writeJson(body, "string")).toBe('{"amount":"500.00","list":["0.05",null]}');
    expect(writeJson(body, "integer")).toBe('{"amount":500,"list":[0.05,null]}');
  });
});
