import { describe, expect, it } from "vitest";

import { openVoucherPayouts } from "@/sandbox/testing/open-voucher-payouts";

const world = openVoucherPayouts();
const read = async (path: string): Promise<string> =>
  (await fetch(world.sandbox.url + path)).text();

describe("the outbox of e-mails", () => {
  it("says what will be there, then lists the newest first with what became of each voucher", async () => {
    expect(await read("/emails")).toContain("None yet.");
    await world.send({ email: "asha@example.com", unique_id: "wd-1" });
    const { json } = await world.send({ email: "juma@example.com", unique_id: "wd-2" });
    await world.sandbox.control.redeemPayout(String(json.voucher_code));
    const listed = await read("/emails");
    expect(listed.indexOf("juma@example.com")).toBeLessThan(listed.indexOf("asha@example.com"));
    expect(listed).toMatch(/juma@example\.com[\s\S]*redeemed[\s\S]*asha[\s\S]*not redeemed yet/);
  });

  it("shows a mail with the amount, the code, the message and a button that redeems it", async () => {
    const { json } = await world.send({ amount: "1250.50", message: "Well played" });
    const [email] = await world.sandbox.control.emails();
    const mail = await read(`/emails/${email?.id}`);
    expect(mail).toContain("1,250.50");
    expect(mail).toContain("Well played");
    expect(mail).toContain(`<code data-voucher-code>${String(json.voucher_code)}</code>`);
    const [, link = ""] = /class="redeem" href="([^"]+)"/.exec(mail) ?? [];
    expect(await read(link)).toMatch(/<button[^>]*>Redeem KES 1,250\.50<\/button\s*>/);
  });

  it("loads nothing from elsewhere and says on every page that it is a sandbox", async () => {
    await world.send();
    const [email] = await world.sandbox.control.emails();
    for (const path of ["/emails", `/emails/${email?.id}`, "/emails/none"]) {
      const page = await read(path);
      expect(page).toContain("A sandbox: no real provider, no real money");
      expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    }
    expect((await fetch(`${world.sandbox.url}/emails/none`)).status).toBe(404);
  });

  it("is one way to the redemption page; the activity page is another, until it is redeemed", async () => {
    const { json } = await world.send();
    const link = `href="/pesavoucher/redeem?code=${String(json.voucher_code)}"`;
    expect(await read("/activity")).toContain(link);
    await world.sandbox.control.redeemPayout(String(json.voucher_code));
    expect(await read("/activity")).not.toContain(link);
  });

  it("can be found from the help page and from the activity page", async () => {
    for (const path of ["/help", "/activity"]) {
      expect(await read(path)).toContain('href="/emails"');
    }
    const help = await read("/help");
    for (const ending of ["+nofunds", "+before", "+lost", "+lost503", "+lostsilent", "+slow"]) {
      expect(help).toContain(`<code>${ending}</code>`);
    }
    for (const ending of ["+late", "+twice", "+silent"]) {
      expect(help).toContain(`<code>${ending}</code>`);
    }
  });
});
