import { expect, test } from "vitest";
import { groupByDay } from "./group-by-day";

const at = (created_at: string) => ({ created_at });

test("a day begins at midnight in Nairobi, which is nine in the evening in UTC", () => {
  const days = groupByDay([at("2026-11-21T21:00:00.000Z"), at("2026-11-21T20:59:59.999Z")]);
  expect(days).toHaveLength(2);
  expect((days[0]?.number ?? 0) - (days[1]?.number ?? 0)).toBe(1);
});

test("payments of one Nairobi day stay together and in order", () => {
  const items = [at("2026-11-21T20:00:00.000Z"), at("2026-11-20T21:30:00.000Z")];
  expect(groupByDay(items).map((day) => day.items)).toEqual([items]);
});

test("no payments make no days", () => {
  expect(groupByDay([])).toEqual([]);
});
