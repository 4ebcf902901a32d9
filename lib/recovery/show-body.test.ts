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
