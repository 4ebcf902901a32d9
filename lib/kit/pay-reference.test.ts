import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  newPayReference,
  normaliseReference,
  payReferenceText,
  readPayReference,
} from "./pay-reference";

const ALPHABET = "0123456789ACEFHJKMNPRTW";
const MADE = Array.from({ length: 300 }, () => newPayReference());

/** A hostile text is refused in far less; a pattern that looks back and forth needs far more. */
const HOSTILE_MS_MAX = 500;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a pay reference", () => {
  test("has eight symbols of the alphabet and is read as itself", () => {
    for (const reference of MADE) {
      expect(reference).toMatch(/^[0-9ACEFHJKMNPRTW]{8}$/);
      expect(readPayReference(reference)).toBe(reference);
    }
    expect(new Set(MADE).size).toBe(MADE.length);
  });

  test("4K7M2PA9 is one, for good", () => {
    expect(readPayReference("4K7M2PA9")).toBe("4K7M2PA9");
    expect(payReferenceText("4K7M2PA9")).toBe("4K7M 2PA9");
  });

  test("with any one symbol wrong is none", () => {
    for (const reference of MADE) {
      for (const [index, right] of [...reference].entries()) {
        for (const wrong of ALPHABET) {
          const typed = reference.slice(0, index) + wrong + reference.slice(index + 1);
          expect(readPayReference(typed)).toBe(wrong === right ? reference : null);
        }
      }
    }
  });

  test("with any two symbols changed about is none", () => {
    for (const reference of MADE) {
      for (let first = 0; first < 8; first += 1) {
        for (let second = first + 1; second < 8; second += 1) {
          const symbols = [...reference];
          symbols[first] = reference.charAt(second);
          symbols[second] = reference.charAt(first);
          const typed = symbols.join("");
          expect(readPayReference(typed)).toBe(typed === reference ? reference : null);
        }
      }
    }
  });

  test.each([
    "4k7m2pa9",
    "4K7M 2PA9",
    " 4K7M-2PA9\n",
    "4K.7M.2P.A9",
    "4K7M–2PA9",
    "4k7m\u00a02pa9",
  ])("typed as %j is forgiven", (typed) => {
    expect(readPayReference(typed)).toBe("4K7M2PA9");
  });

  test.each([
    ["0", "OoQqDd"],
    ["1", "IiLl"],
    ["2", "Zz"],
    ["5", "Ss"],
    ["6", "Gg"],
    ["8", "Bb"],
    ["W", "UuVvw"],
  ])("with a %s that was typed as one of %s is forgiven", (symbol, lookAlikes) => {
    const holding = MADE.filter((reference) => reference.includes(symbol));
    expect(holding.length).toBeGreaterThan(10);
    for (const reference of holding) {
      for (const lookAlike of lookAlikes) {
        expect(readPayReference(reference.replaceAll(symbol, lookAlike))).toBe(reference);
      }
    }
  });

  test.each([
    [""],
    ["4K7M2PA"],
    ["4K7M2PA99"],
    ["4K7M2PA8"],
    ["K47M2PA9"],
    ["4X7M2PA9"],
    ["4Y7M2PA9"],
    ["4K7M2PA9!"],
    ["4K7M/2PA9"],
    ["٤K7M2PA9"],
    ["4К7M2PA9"],
    ["12345678"],
    ["INV-1042"],
    ["0712345678"],
  ])("%j is none", (typed) => {
    expect(readPayReference(typed)).toBeNull();
  });

  test("never takes a dotless ı for 1 or a long ſ for 5", () => {
    const withOne = MADE.find((reference) => reference.includes("1")) ?? "";
    const withFive = MADE.find((reference) => reference.includes("5")) ?? "";
    expect(readPayReference(withOne.replaceAll("1", "ı"))).toBeNull();
    expect(readPayReference(withFive.replaceAll("5", "ſ"))).toBeNull();
  });

  test("uses every symbol equally, first and last", () => {
    // The bytes 0 to 255 in turn: whoever takes `byte % 23` alone gives the first three symbols more.
    let next = 0;
    vi.spyOn(crypto, "getRandomValues").mockImplementation((array) => {
      if (array instanceof Uint8Array) array.fill(next++ % 256);
      return array;
    });
    const counts = new Map<string, number>();
    for (let made = 0; made < 253; made += 1) {
      for (const symbol of newPayReference().slice(0, 7)) {
        counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(23);
    expect(new Set(counts.values())).toEqual(new Set([77]));
  });

  test("typed as anything at all is a good reference or null, and never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (typed) => {
        const reference = readPayReference(typed);
        if (reference !== null) expect(readPayReference(reference)).toBe(reference);
      }),
    );
  });

  test("a hundred kilobytes are refused at once", () => {
    for (const typed of ["4".repeat(100_000), " ".repeat(100_000), "-A".repeat(50_000)]) {
      const startedAt = performance.now();
      expect(readPayReference(typed)).toBeNull();
      expect(performance.now() - startedAt).toBeLessThan(HOSTILE_MS_MAX);
    }
  });
});

describe("a normalised reference", () => {
  test.each([
    ["inv-1042", "1NW1042"],
    ["INV 1O42", "1NW1042"],
    ["Order_7.b", "0R0ER78"],
    ["shop/9", "5H0P/9"],
    ["", ""],
  ])("of %j is %s", (typed, normal) => {
    expect(normaliseReference(typed)).toBe(normal);
  });

  test("is its own normal form", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (typed) => {
        const normal = normaliseReference(typed);
        expect(normaliseReference(normal)).toBe(normal);
      }),
    );
  });
});
