import { expect, it } from "vitest";

import { checkoutRequestIdOf } from "@/sandbox/daraja/checkout-request-id";
import { SeededIds } from "./ids";

it.each([
  ["2019-12-19T07:21:15Z", "NLJ"],
  ["2023-11-21T09:13:25Z", "RKL"],
  ["2024-07-06T10:00:00Z", "SG6"],
  ["2025-10-03T10:00:00Z", "TJ3"],
  ["2026-03-26T10:00:00Z", "UCQ"],
  ["2026-12-31T20:59:59Z", "ULV"],
  ["2026-12-31T21:00:00Z", "VA1"],
])("a receipt of %s starts with %s, the day in Nairobi", (time, prefix) => {
  const receipt = new SeededIds("receipts").receipt(Date.parse(time));
  expect(receipt).toMatch(/^[A-Z0-9]{10}$/);
  expect(receipt.slice(0, 3)).toBe(prefix);
});

it("a CheckoutRequestID is the measured one for its moment and phone", () => {
  const at = Date.parse("2026-09-18T15:03:51.002Z");
  const free = checkoutRequestIdOf("254708374149", at, () => false);
  expect(free).toBe("ws_CO_180920261803512708374149");
  const next = checkoutRequestIdOf("254708374149", at, (id) => id === free);
  expect(next).toBe("ws_CO_180920261803513708374149");
});
