import { describe, expect, it } from "vitest";

import { openDaraja } from "@/sandbox/testing/open-daraja";

const daraja = openDaraja();
const PHONE = "254712345678";

const page = async () => (await fetch(`${daraja.sandbox.url}/phone/${PHONE}`)).text();

/** Posts a form of the page as a browser without scripts does, and returns the page it lands on. */
async function submit(path: string, fields: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${daraja.sandbox.url}/phone/${PHONE}/${path}`, {
    method: "POST",
    body: new URLSearchParams(fields),
  });
  return response.text();
}

async function openPromptPath(): Promise<string> {
  const match = /action="\/phone\/\d+\/(prompts\/\w+)\/pin"/.exec(await page());
  return match?.[1] ?? "";
}

describe("the handset page without scripts", () => {
  it("shows the prompt in the provider's words and takes the PIN", async () => {
    const id = await daraja.pushed({ AccountReference: "INV-9" });
    expect(await page()).toContain(
      "Do you want to pay Ksh500 to Duka la Mwanga Account no. INV-9? Enter M-PESA PIN:",
    );
    const wrong = await submit(`${await openPromptPath()}/pin`, { pin: "0000" });
    expect(wrong).toContain("2 tries left");
    const right = await submit(`${await openPromptPath()}/pin`, { pin: "1234" });
    expect(right).toContain("sent to Duka la Mwanga for account INV-9");
    expect(await daraja.sandbox.control.getPush(id)).toMatchObject({ resultCode: "0" });
  });

  it("cancels the prompt", async () => {
    const id = await daraja.pushed();
    expect(await submit(`${await openPromptPath()}/cancel`)).not.toContain("Do you want to pay");
    expect(await daraja.sandbox.control.getPush(id)).toMatchObject({ resultCode: "1032" });
  });

  it("writes what a shop sends as text, never as markup", async () => {
    await daraja.pushed({ AccountReference: "<b>x</b>" });
    expect(await page()).toContain("Account no. &lt;b&gt;x&lt;/b&gt;?");
  });

  it.each([
    ["reachable", "0", "No service"],
    ["simTooOld", "1", "Put in a new SIM card"],
    ["pinLocked", "1", "Unlock the M-Pesa PIN"],
  ])("changes %s and offers the way back", async (name, value, shown) => {
    expect(await page()).not.toContain(shown);
    expect(await submit("conditions", { [name]: value })).toContain(shown);
    const phone = new Map<string, unknown>(
      Object.entries(await daraja.sandbox.control.phone(PHONE)),
    );
    expect(phone.get(name)).toBe(value === "1");
    expect(await submit("conditions", { [name]: value === "1" ? "0" : "1" })).not.toContain(shown);
  });
});
