import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decrypt, derivedUuid, encrypt, keyedHash, sha256Hex } from "./crypto";

const CODE = Buffer.from("MLP-ABCD1234EFGH5678");

describe("encrypted bytes", () => {
  test("come back as they were, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_096 }), (plain) => {
        expect(decrypt(encrypt(plain))).toEqual(Buffer.from(plain));
      }),
    );
  });

  test("hide what they hold, and never look the same twice", () => {
    const sealed = Array.from({ length: 200 }, () => Buffer.from(encrypt(CODE)));
    expect(new Set(sealed.map((one) => one.toString("hex"))).size).toBe(sealed.length);
    for (const one of sealed) expect(one.includes("ABCD")).toBe(false);
  });

  test("are refused when any single byte was changed", () => {
    const sealed = encrypt(CODE);
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Uint8Array.from(sealed, (byte, at) => (at === index ? byte ^ 1 : byte));
      expect(() => decrypt(changed), `byte ${index}`).toThrow();
    }
  });

  test.each([0, 1, 12])("are refused when only %i of them are left", (length) => {
    expect(() => decrypt(encrypt(CODE).subarray(0, length))).toThrow();
  });

  test("name the key they belong to, so that it can be replaced", () => {
    const sealed = encrypt(CODE);
    expect(sealed[0]).toBe(1);
    expect(() => decrypt(Uint8Array.from([2, ...sealed.slice(1)]))).toThrow("no key with id 2");
  });
});

describe("a hash for look-up", () => {
  test("finds equal values and depends on what it is for", () => {
    expect(keyedHash("voucher", "A")).toBe(keyedHash("voucher", "A"));
    const hashes = [keyedHash("voucher", "A"), keyedHash("voucher", "B"), keyedHash("phone", "A")];
    expect(new Set(hashes).size).toBe(3);
  });

  test("cannot be computed without the key", () => {
    expect(keyedHash("voucher", "A")).not.toBe(sha256Hex("voucher\0A"));
    expect(keyedHash("voucher", "A")).toMatch(/^[0-9a-f]{64}$/);
  });

  test("keeps purpose and value apart", () => {
    expect(keyedHash("ab", "c")).not.toBe(keyedHash("a", "bc"));
  });
});

describe("a derived token", () => {
  test("is the same for the same id, and another one for any other id or purpose", () => {
    const tokens = [
      derivedUuid("session", "dep_1"),
      derivedUuid("session", "dep_2"),
      derivedUuid("redemption", "dep_1"),
    ];
    expect(derivedUuid("session", "dep_1")).toBe(tokens[0]);
    expect(new Set(tokens).size).toBe(3);
  });

  test("has the form of a UUID of version 4", () => {
    for (let index = 0; index < 500; index += 1) {
      expect(derivedUuid("session", String(index))).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
  });
});
