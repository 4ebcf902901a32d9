import { describe, expect, test } from "vitest";
import { encrypt } from "@/lib/crypto";
import { maskText } from "./mask-text";
import { showBody } from "./show-body";

function shown(text: string) {
  return showBody(encrypt(Buffer.from(text)));
}

describe("maskText", () => {
  test.each([
    "254712345678",
    "+254712345678",
    "0712345678",
    "0712 345 678",
    "+254 712-345-678",
    '"PhoneNumber":254712345678}',
    "MSISDN254712345678",
  ])("leaves no phone number to call in %s", (text) => {
    expect(maskText(text)).toContain("0712 *** 678");
    expect(maskText(text)).not.toContain("345");
  });

  test.each([
    "ws_CO_21112026143022708374149",
    "29115-34620561-1",
    "20261121143022",
    "UKL4H7Y2QX",
    "dep_019ab0712345678c0712345678d07123",
  ])("leaves %s whole, for somebody has to quote it", (text) => {
    expect(maskText(text)).toBe(text);
  });

  test("leaves no voucher code to spend", () => {
    expect(maskText('{"voucher_code":"MLP-7Q2K9D4TXWGH78"}')).toBe(
      '{"voucher_code":"MLP-****GH78"}',
    );
    expect(maskText("mlp-7q2k9d4txwgh78")).toBe("mlp-****gh78");
  });
});

describe("maskText, of what payouts tell", () => {
  test.each([
    ['"email":"wanjiku.kamau+shop@duka.co.ke"', '"email":"w***@duka.co.ke"'],
    ["to asha@duka.co.ke, twice", "to a***@duka.co.ke, twice"],
    ["mailto:asha@duka.co.ke", "mailto:a***@duka.co.ke"],
    ["<asha@duka.co.ke>", "<a***@duka.co.ke>"],
  ])("leaves no address to write to in %s", (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  test.each([
    ['"Value":"254712345678 - JOHN KAMAU DOE"', '"Value":"0712 *** 678 - J*** K**** D**"'],
    ['"Value":"0712345678-Amina O\u2019Brien"', '"Value":"0712 *** 678-A**** O******"'],
    ['"Value":"2547*****678 - JOHN DOE"', '"Value":"2547*****678 - J*** D**"'],
  ])("does not tell who a stranger is in %s", (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  test.each([
    ["https://shop.example/callbacks/daraja/Zm9vYmFy/b2c/result/wdr_1", "Zm9vYmFy"],
    ["https://shop.example/api/x?withdrawal=wdr_1&token=0f8e-1c&n=1", "0f8e-1c"],
  ])("keeps to itself what makes %s ours", (text, secret) => {
    expect(maskText(text)).not.toContain(secret);
    expect(maskText(text)).toContain("wdr_1");
  });

  test.each([
    "AG_20261121_2010101ab12cd34",
    "01a1feca-b373-70de-a67c-d6fa2acb90b0",
    "wdr_01a1fecab37370dea67cd6fa2acb90b0",
    "2026-11-21 - The service request is processed successfully.",
  ])("leaves %s whole, for somebody has to quote it", (text) => {
    expect(maskText(text)).toBe(text);
  });

  test("looks through the longest body a door lets in at once", () => {
    const startedAtMs = performance.now();
    for (const letter of ["a", "7", "0", "*", "-", "a@", "254 - a"]) {
      maskText(letter.repeat(65_536 / letter.length));
    }
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });
});

describe("showBody", () => {
  test("breaks JSON into lines and changes no value", () => {
    expect(shown('{"a":500.00,"b":[],"a":{"c":[1,"x,{y"]}}')).toEqual({
      text: [
        "{",
        '  "a": 500.00,',
        '  "b": [],',
        '  "a": {',
        '    "c": [',
        "      1,",
        '      "x,{y"',
        "    ]",
        "  }",
        "}",
      ].join("\n"),
      isCut: false,
    });
  });

  test("shows what is not JSON as it came", () => {
    expect(shown("<html>no</html>").text).toBe("<html>no</html>");
  });

  test("cuts a long body, and never inside a number that is masked after it", () => {
    const { text, isCut } = shown(`${"x ".repeat(1_996)}254712345678`);
    expect(isCut).toBe(true);
    expect(text).toHaveLength(4_000);
    expect(text).not.toContain("25471");
  });

  test("a body nested as deep as a door lets in is shown at once", () => {
    const deep = 30_000;
    const { text, isCut } = shown("[".repeat(deep) + "]".repeat(deep));
    expect([text.length, isCut]).toEqual([4_000, true]);
  });

  test("what cannot be decrypted is empty, not an error", () => {
    expect(showBody(new Uint8Array([1, 2, 3]))).toEqual({ text: "", isCut: false });
  });
});
