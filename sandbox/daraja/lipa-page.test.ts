import { describe, expect, it } from "vitest";

import { createSandbox } from "@/sandbox/create-sandbox";
import { openCollections } from "@/sandbox/testing/open-collections";

const { daraja, registered, messages, books } = openCollections();
const control = () => daraja.sandbox.control;
const PHONE = "254712345678";

const GOOD = { business: "174379", account: "INV-1", amount: "500", pin: "1234" };

/** Posts the form as a browser does, and returns where it lands and what stands there. */
async function pay(fields: Partial<typeof GOOD> = {}, query = "") {
  const response = await fetch(`${daraja.sandbox.url}/phone/${PHONE}/lipa${query}`, {
    method: "POST",
    body: new URLSearchParams({ ...GOOD, ...fields }),
  });
  const { pathname, search } = new URL(response.url);
  return { landed: pathname + search, text: await response.text() };
}

const page = async (path: string) => (await fetch(daraja.sandbox.url + path)).text();

describe("Lipa na M-PESA on a handset", () => {
  it("is one step from its messages, and takes nothing to be filled in but numbers", async () => {
    expect(await page(`/phone/${PHONE}?back=/help`)).toContain(
      `href="/phone/${PHONE}/lipa?back=%2Fhelp"`,
    );
    const form = await page(`/phone/${PHONE}/lipa`);
    for (const label of ["Business or till number", "Account number", "Amount (KSh)"]) {
      expect(form).toContain(label);
    }
    expect(form).toContain("The demo PIN is 1234.");
  });

  it("pays, and comes back to the message that confirms it", async () => {
    await registered();
    const { landed, text } = await pay({}, "?embed=1&back=/help");
    expect(landed).toBe(`/phone/${PHONE}?embed=1&back=%2Fhelp`);
    expect(text).toContain("sent to Duka la Mwanga for account INV-1");
    expect(await messages("/confirm", 1)).toMatchObject([{ BillRefNumber: "INV-1" }]);
    expect((await books()).receivedCents).toBe(50_000n);
  });

  it("takes the number of a till without an account, and an amount with a comma", async () => {
    await pay({ business: "300981", account: "", amount: "1,500" });
    expect(await control().customerPayments()).toMatchObject([
      { kind: "till", amountCents: 150_000n },
    ]);
  });

  it.each([
    ["No business has this number.", { business: "111111" }, "business"],
    ["A Pay Bill needs an account number", { account: " " }, "account"],
    ["Whole shillings only", { amount: "12.50" }, "amount"],
    ["Whole shillings only", { amount: "all of it" }, "amount"],
    ["Wrong PIN.", { pin: "0000" }, "pin"],
  ])("says “%s” beside its field, keeps the rest, and pays nothing", async (words, bad, field) => {
    const { landed, text } = await pay(bad);
    expect(landed).toBe(`/phone/${PHONE}/lipa`);
    expect(text).toContain(words);
    expect(text).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"`));
    expect(text).toMatch(new RegExp(`id="${field}"[^>]*aria-describedby="${field}-wrong`));
    if (field !== "business") expect(text).toContain('value="174379"');
    expect(text).not.toContain('value="1234"');
    expect(await control().customerPayments()).toEqual([]);
  });

  it.each([
    ["The phone is switched off.", { poweredOn: false }],
    ["There is no signal", { reachable: false }],
    ["PIN of this phone is locked", { pinLocked: true }],
  ])("says “%s” on a phone in no state to pay", async (words, change) => {
    await control().changePhone(PHONE, change);
    expect((await pay()).text).toContain(words);
    expect(await control().customerPayments()).toEqual([]);
  });

  it("without enough money ends with M-Pesa's own message", async () => {
    await control().changePhone(PHONE, { balanceCents: 100n });
    const { landed, text } = await pay();
    expect(landed).toBe(`/phone/${PHONE}`);
    expect(text).toContain("You do not have enough money");
  });

  it("waits for a shop that is asked first, and shows its refusal as a message", async () => {
    daraja.receiver.answer.body = '{"ResultCode":"C2B00012","ResultDesc":"Rejected"}';
    await registered();
    await control().setExternalValidation({ on: true });
    expect((await pay()).text).toContain("Duka la Mwanga did not accept your payment");
    expect((await books()).receivedCents).toBe(0n);
  });

  it("can be opened filled in, and writes what it is given as text", async () => {
    const form = await page(
      `/phone/${PHONE}/lipa?business=174379&account=%22%3E%3Cb%3E&amount=750`,
    );
    expect(form).toContain('value="750"');
    expect(form).toContain('value="&quot;&gt;&lt;b&gt;"');
    expect(form).not.toContain("<b>");
  });

  it.each(["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "/"])(
    "never leads back to %s, which is no page of the sandbox",
    async (back) => {
      const query = `?back=${encodeURIComponent(back)}`;
      expect(await page(`/phone/${PHONE}${query}`)).not.toContain("back=");
      expect(await page(`/phone/${PHONE}/lipa${query}`)).not.toContain("back=");
      expect((await pay({}, query)).landed).toBe(`/phone/${PHONE}`);
    },
  );

  it("is not there for a number that is no phone, nor without the simulated M-Pesa", async () => {
    expect((await fetch(`${daraja.sandbox.url}/phone/12/lipa`)).status).toBe(404);
    const own = await createSandbox({ skip: ["daraja"] });
    expect((await fetch(`${own.url}/phone/${PHONE}/lipa`)).status).toBe(404);
    expect(await (await fetch(`${own.url}/phone/${PHONE}`)).text()).not.toContain("Lipa na");
    await own.close();
  });
});
