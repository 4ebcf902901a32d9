import { describe, expect, test } from "vitest";
import { isId, newId, newPublicCode, type IdKind } from "./ids";

const MANY = 20_000;

describe("an id", () => {
  test.each<[kind: IdKind, prefix: string]>([
    ["merchant", "mer"],
    ["user", "usr"],
    ["deposit", "dep"],
    ["redemption", "rdm"],
    ["movement", "mov"],
    ["account", "acc"],
    ["message", "msg"],
    ["call", "cal"],
    ["request", "req"],
  ])("of a %s begins with %s_ and holds a UUID of version 7", (kind, prefix) => {
    const id = newId(kind);
    expect(id).toMatch(new RegExp(`^${prefix}_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$`));
    expect(isId(kind, id)).toBe(true);
  });

  test("made later sorts later, to the millisecond", () => {
    const timesMs = [0, 1, 0xffff, 0x10000, 1_763_700_000_000, 1_763_700_000_001, 2 ** 47];
    const ids = timesMs.map((timeMs) => newId("deposit", timeMs));
    expect([...ids].sort()).toEqual(ids);
  });

  test("carries the millisecond it was made", () => {
    const nowMs = Date.UTC(2026, 10, 21, 9, 30, 0, 123);
    const id = newId("deposit", nowMs);
    expect(Number.parseInt(id.slice("dep_".length, "dep_".length + 12), 16)).toBe(nowMs);
  });

  test("is never made twice, even within one millisecond", () => {
    const ids = new Set(Array.from({ length: MANY }, () => newId("deposit", 1_763_700_000_000)));
    expect(ids.size).toBe(MANY);
  });

  test.each([
    ["another noun's id", newId("user")],
    ["upper case", newId("deposit").toUpperCase()],
    ["a space before", ` ${newId("deposit")}`],
    ["a line break behind", `${newId("deposit")}\n`],
    ["one character more", `${newId("deposit")}0`],
    ["one character less", newId("deposit").slice(0, -1)],
    ["a bare prefix", "dep_"],
    ["nothing", ""],
    ["SQL", "dep_' OR 1=1 --"],
  ])("is not mistaken for a deposit's: %s", (_name, text) => {
    expect(isId("deposit", text)).toBe(false);
  });
});

describe("a public code", () => {
  test("has twelve symbols that read aloud without doubt", () => {
    for (let count = 0; count < 1_000; count += 1) {
      expect(newPublicCode()).toMatch(/^[2-9BCDFGHJKMNPQRSTVWXYZ]{12}$/);
    }
  });

  test("uses every symbol and repeats no code", () => {
    const codes = Array.from({ length: MANY }, () => newPublicCode());
    expect(new Set(codes).size).toBe(MANY);
    expect(new Set(codes.join("")).size).toBe(28);
  });
});
