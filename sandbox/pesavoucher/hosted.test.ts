import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { createSandbox, type Sandbox } from "@/sandbox/create-sandbox";
import { eventually } from "@/sandbox/testing/eventually";
import { startReceiver, type Receiver } from "@/sandbox/testing/start-receiver";

let sandbox: Sandbox;
let receiver: Receiver;
beforeAll(async () => {
  sandbox = await createSandbox();
  receiver = await startReceiver();
});
beforeEach(async () => {
  await sandbox.control.reset();
  receiver.received.length = 0;
});
afterAll(async () => {
  await sandbox.close();
  await receiver.close();
});

const redirect = (changes: Record<string, string> = {}): URLSearchParams =>
  new URLSearchParams({
    merchant_id: "malipo-demo-merchant",
    amount: "500.00",
    currency: "KES",
    session_id: "session-1",
    user_ref: "user-7",
    prefix: "MLP",
    callback_url: `${receiver.url}/callback`,
    return_url: "https://shop.example/deposit?status=success",
    cancel_url: "https://shop.example/deposit?status=cancelled",
    ...changes,
  });

const get = (path: string) => fetch(sandbox.url + path, { redirect: "manual" });
const post = (path: string, form: URLSearchParams = new URLSearchParams()) =>
  fetch(sandbox.url + path, { method: "POST", body: form, redirect: "manual" });

async function confirm(phone: string, amount = "500", changes: Record<string, string> = {}) {
  const form = redirect(changes);
  form.set("phone", phone);
  form.set("amount_to_pay", amount);
  const response = await post("/pesavoucher/buy-voucher", form);
  expect(response.status).toBe(303);
  return response.headers.get("location") ?? "";
}

describe("the redirect", () => {
  const REQUIRED = [
    "merchant_id",
    "amount",
    "currency",
    "session_id",
    "prefix",
    "callback_url",
    "return_url",
    "cancel_url",
  ];

  it.each(REQUIRED)("is refused without %s, by name", async (parameter) => {
    const query = redirect();
    query.delete(parameter);
    const response = await get(`/pesavoucher/buy-voucher?${query}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`<code>${parameter}</code>`);
    expect((await post("/pesavoucher/buy-voucher", query)).status).toBe(400);
  });

  it.each([
    ["merchant_id", "nobody"],
    ["merchant_id", "closed-demo-merchant"],
    ["amount", "0.00"],
    ["amount", "-5"],
    ["amount", "5.001"],
    ["currency", "USD"],
    ["prefix", "ZED"],
    ["callback_url", "not an address"],
    ["return_url", "javascript:alert(1)"],
    ["cancel_url", "//shop.example"],
  ])("is refused when %s is %j", async (parameter, value) => {
    const response = await get(`/pesavoucher/buy-voucher?${redirect({ [parameter]: value })}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`<code>${parameter}</code>`);
  });

  it("demands HTTPS addresses when told to", async () => {
    await sandbox.control.changeSettings({ requireHttpsUrls: true });
    const response = await get(`/pesavoucher/buy-voucher?${redirect()}`);
    expect(await response.text()).toContain("https://");
    expect(response.status).toBe(400);
  });

  it("works without user_ref, shows merchant and amount, and escapes what it was given", async () => {
    const query = redirect({ session_id: '"><script>alert(1)</script>' });
    query.delete("user_ref");
    const response = await get(`/pesavoucher/buy-voucher?${query}`);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain("Duka la Mwanga");
    expect(page).toContain('value="500.00"');
    expect(page).not.toContain("<script>alert(1)");
  });

  it("sends the form back, keeping what was typed, when phone or amount cannot be used", async () => {
    const form = redirect();
    form.set("phone", "12345");
    form.set("amount_to_pay", "20");
    const response = await post("/pesavoucher/buy-voucher", form);
    const page = await response.text();
    expect(response.status).toBe(422);
    expect(page).toContain('value="12345"');
    expect(page).toContain("The smallest voucher is KES 50.00.");
    expect(await sandbox.control.payments()).toEqual([]);
  });
});

describe("a purchase by forms alone", () => {
  it("goes from Confirm over the PIN to the voucher and back to the shop", async () => {
    const path = await confirm("0712 345 678", "750.50");
    expect(await (await get(path)).text()).toContain("Check your phone");
    expect(await (await get(`${path}/state`)).text()).toBe("PENDING");
    const handset = await (await get("/phone/254712345678")).text();
    expect(handset).toContain("KSh 750.50");
    const pinForm = /action="(\/phone\/[^"]+\/pin)"/.exec(handset)?.[1] ?? "";
    await post(pinForm, new URLSearchParams({ pin: "9999" }));
    expect(await (await get("/phone/254712345678")).text()).toContain("2 tries left");
    await post(pinForm, new URLSearchParams({ pin: "1234" }));
    const [payment] = await sandbox.control.payments();
    const paid = await (await get(path)).text();
    expect(paid).toContain(payment?.voucherCode);
    expect(paid).toContain(payment?.receipt);
    expect(payment?.voucherCode).toMatch(/^MLP-[A-Z0-9]{16}$/);
    expect(payment).toMatchObject({
      requestedCents: 50_000n,
      amountCents: 75_050n,
      userRef: "user-7",
      state: "SUCCESS",
    });
    const back = await get(`${path}/return`);
    expect(back.headers.get("location")).toBe(
      `https://shop.example/deposit?status=success&voucher=${payment?.voucherCode}&payment_id=${payment?.id}`,
    );
    await eventually(() => expect(receiver.received).toHaveLength(1));
    expect(receiver.received[0]?.body).toContain('"amount":750.50');
    expect((await sandbox.control.phone("0712345678")).messages[0]?.text).toContain(
      payment?.receipt,
    );
  });

  it.each([
    ["voucher", /\?voucher=MLP-[A-Z0-9]{16}#top$/],
    ["payment_id", /\?payment_id=[0-9a-f-]{36}#top$/],
    ["none", /deposit#top$/],
  ] as const)("returns with %s when set so, before any fragment", async (returnAppend, pattern) => {
    await sandbox.control.changeSettings({ returnAppend });
    const path = await confirm("0712345678", "500", {
      return_url: "https://shop.example/deposit#top",
    });
    await sandbox.control.answerPrompt("0712345678", "approve");
    expect((await get(`${path}/return`)).headers.get("location")).toMatch(pattern);
  });

  it("tells the shop about a declined prompt and leads back to cancel_url", async () => {
    const path = await confirm("0712345678");
    const handset = await (await get("/phone/254712345678")).text();
    const cancel = /action="([^"]+\/cancel[^"]*)"/.exec(handset)?.[1] ?? "";
    await post(cancel);
    expect(await (await get(path)).text()).toContain("Payment declined");
    expect((await get(`${path}/return`)).headers.get("location")).toBe(path);
    expect((await get(`${path}/cancel`)).headers.get("location")).toBe(
      "https://shop.example/deposit?status=cancelled",
    );
    await eventually(() => expect(receiver.received).toHaveLength(1));
    expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({
      success: false,
      session_id: "session-1",
      amount: 500,
      currency: "KES",
      error: "Payment was cancelled by user.",
    });
  });

  it("can tell it with two fields alone", async () => {
    await sandbox.control.changeSettings({ declineCallbackForm: "bare" });
    await confirm("0712345678");
    await sandbox.control.answerPrompt("0712345678", "decline");
    await eventually(() => expect(receiver.received).toHaveLength(1));
    expect(receiver.received[0]?.body).toBe('{"success":false,"session_id":"session-1"}');
  });

  it("stays PENDING until somebody acts and times out by itself after 60 seconds", async () => {
    await sandbox.control.freezeClock();
    const takenBefore = (await sandbox.control.ledger({ limit: 0 })).merchants[0]?.takenCount;
    const path = await confirm("0712345678");
    await sandbox.control.advanceClock(59_999);
    expect(await (await get(`${path}/state`)).text()).toBe("PENDING");
    await sandbox.control.advanceClock(1);
    expect(await (await get(`${path}/state`)).text()).toBe("TIMEOUT");
    await expect(sandbox.control.answerPrompt("0712345678", "approve")).rejects.toThrow(
      /no prompt/,
    );
    expect((await sandbox.control.ledger({ limit: 0 })).merchants[0]?.takenCount).toBe(takenBefore);
  });

  it("still pays when the customer leaves and enters the PIN later", async () => {
    const path = await confirm("0712345678");
    expect((await get(`${path}/leave`)).headers.get("location")).toContain("status=cancelled");
    await sandbox.control.answerPrompt("0712345678", "approve");
    await eventually(() => expect(receiver.received[0]?.body).toContain('"success":true'));
  });
});
