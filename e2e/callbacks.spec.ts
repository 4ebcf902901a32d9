import { APP_URL, expect, test } from "./fixtures";
import {
  balanceOf,
  buyVoucher,
  confirmPurchase,
  enterPin,
  expectCredited,
  expectPaid,
  expectWaiting,
  openNewestPayment,
  paymentOf,
  paymentsOf,
  returnToShop,
  startPurchase,
} from "./journey";

const CALLBACK_URL = `${APP_URL}/api/pesavoucher/callback`;

test("callback before return: paid when the customer comes back", async ({ shop, customer }) => {
  await startPurchase(shop, "500");
  await buyVoucher(shop, customer.phone);
  const [payment] = await paymentsOf(shop);
  await expectCredited(shop, { id: payment?.id ?? "", balance: "500.00" });

  await returnToShop(shop);
  await expectPaid(shop, "KSh 500.00");
  expect(await balanceOf(shop)).toBe("500.00");
});

test("return before callback: the return pays, the late callback changes nothing", async ({
  shop,
  customer,
  sandbox,
}) => {
  const sessionId = await startPurchase(shop, "500");
  await sandbox.scriptCallbacks({ sessionId, script: { hold: true } });
  await buyVoucher(shop, customer.phone);
  const id = await returnToShop(shop);
  await expectPaid(shop, "KSh 500.00");

  const [callback] = await sandbox.callbacks({ sessionId });
  await sandbox.releaseCallback(callback?.id ?? "");
  await expect
    .poll(async () => (await sandbox.callbacks({ sessionId }))[0]?.state)
    .toBe("delivered");
  await expectCredited(shop, { id, balance: "500.00" });
  expect(await paymentsOf(shop)).toHaveLength(1);
});

test("the same callback twice: one credit", async ({ shop, customer, sandbox }) => {
  const sessionId = await startPurchase(shop, "500");
  await sandbox.scriptCallbacks({ sessionId, script: { copies: 2 } });
  await buyVoucher(shop, customer.phone);
  const id = await returnToShop(shop);
  await expectPaid(shop, "KSh 500.00");

  await expect
    .poll(async () => (await sandbox.callbacks({ sessionId }))[0]?.attempts.map((a) => a.status))
    .toEqual([200, 200]);
  await expectCredited(shop, { id, balance: "500.00" });
  expect(await paymentsOf(shop)).toHaveLength(1);
});

test("50 identical callbacks at once: each answered, one credit", async ({
  shop,
  customer,
  sandbox,
}) => {
  const sessionId = await startPurchase(shop, "500");
  await sandbox.scriptCallbacks({ sessionId, script: { copies: 50, parallel: true } });
  await buyVoucher(shop, customer.phone);
  await expect
    .poll(async () => (await sandbox.callbacks({ sessionId }))[0]?.attempts.map((a) => a.status))
    .toEqual(Array.from({ length: 50 }, () => 200));
  const id = await returnToShop(shop);
  await expectPaid(shop, "KSh 500.00");
  await expectCredited(shop, { id, balance: "500.00" });
  expect(await paymentsOf(shop)).toHaveLength(1);
});

test("callback lost: the return alone pays", async ({ shop, customer, sandbox }) => {
  const sessionId = await startPurchase(shop, "500");
  await sandbox.scriptCallbacks({ sessionId, script: { drop: true } });
  await buyVoucher(shop, customer.phone);
  const id = await returnToShop(shop);
  await expectPaid(shop, "KSh 500.00");
  await expectCredited(shop, { id, balance: "500.00" });
});

test("return lost: another open page hears of it live, and the history shows it paid", async ({
  shop,
  customer,
  signedIn,
}) => {
  await startPurchase(shop, "500");
  await confirmPurchase(shop, customer.phone);

  const other = await signedIn(customer);
  const heard = await hearLiveEvents(other);
  const id = await openNewestPayment(other);
  await expectWaiting(other);

  await enterPin(shop);
  await shop.close();

  await expectPaid(other, "KSh 500.00");
  expect(heard).toContain("deposit_confirmed");
  await other.goto("/payments");
  const row = other.getByRole("listitem").filter({ hasText: "KSh 500.00" });
  await expect(row).toContainText("Paid");
  await expectCredited(other, { id, balance: "500.00" });
});

/** The names of the live events this page's connection receives from now on. */
async function hearLiveEvents(page: Parameters<typeof expectWaiting>[0]): Promise<string[]> {
  const heard: string[] = [];
  const browser = await page.context().newCDPSession(page);
  browser.on("Network.eventSourceMessageReceived", (event) => heard.push(event.eventName));
  await browser.send("Network.enable");
  return heard;
}

test("callback and return both lost: the code the customer saw pays", async ({
  shop,
  customer,
  sandbox,
}) => {
  const sessionId = await startPurchase(shop, "500");
  await sandbox.scriptCallbacks({ sessionId, script: { drop: true } });
  const code = await buyVoucher(shop, customer.phone);

  const id = await openNewestPayment(shop);
  await expectWaiting(shop);
  await shop.getByText("Did it not work?").click();
  await shop.getByRole("link", { name: "Enter a voucher code" }).click();
  await shop.getByLabel("Voucher code").fill(code);
  await shop.getByRole("button", { name: "Use this code" }).click();

  await expectPaid(shop, "KSh 500.00");
  await expectCredited(shop, { id, balance: "500.00" });
  expect(await paymentsOf(shop)).toHaveLength(1);
});

test("amount edited at the hosted page: the page says both amounts, the proven one counts", async ({
  shop,
  customer,
}) => {
  await startPurchase(shop, "500");
  await shop.getByLabel("Amount in Kenyan shillings").fill("750");
  await buyVoucher(shop, customer.phone);
  const id = await returnToShop(shop);
  await expectPaid(shop, "KSh 750.00");
  await expect(shop.getByRole("main")).toContainText(
    "You asked for KSh 500.00. The voucher was worth KSh 750.00, so we added KSh 750.00.",
  );
  await expectCredited(shop, { id, balance: "750.00" });
});

test("a forged callback with the right header changes nothing, and the real one still pays", async ({
  shop,
  customer,
  sandbox,
}) => {
  const sessionId = await startPurchase(shop, "500");
  const [waiting] = await paymentsOf(shop);
  const id = waiting?.id ?? "";
  const claims = [
    {
      success: true,
      voucher_code: "MLP-FORGED00FORGED00",
      amount: 500,
      mpesa_receipt: "SKX0FORGED",
    },
    { success: false, error: "Payment was cancelled by user." },
  ];
  for (const claim of claims) {
    const body = {
      ...claim,
      payment_id: crypto.randomUUID(),
      session_id: sessionId,
      currency: "KES",
    };
    const forged = await sandbox.forgeCallback({ url: CALLBACK_URL, body });
    expect(forged.attempts.map((attempt) => attempt.status)).toEqual([200]);
  }
  // What the provider really sends goes the same way, so what came before it has been worked.
  const asked = async () =>
    (await sandbox.journal({ direction: "in", contains: "MLP-FORGED00FORGED00" })).map(
      (entry) => entry.operation,
    );
  await expect.poll(asked).toContain("validate_voucher");
  expect(await balanceOf(shop)).toBe("0.00");
  await expect.poll(async () => (await paymentOf(shop, id)).status).toBe("waiting");

  await buyVoucher(shop, customer.phone);
  await returnToShop(shop);
  await expectPaid(shop, "KSh 500.00");
  await expectCredited(shop, { id, balance: "500.00" });
});

test("an unreadable callback is answered like a good one and does nothing", async ({
  shop,
  customer,
  sandbox,
}) => {
  const sessionId = await startPurchase(shop, "500");
  await sandbox.scriptCallbacks({ sessionId, script: { malformed: true } });
  await buyVoucher(shop, customer.phone);
  await expect
    .poll(async () => (await sandbox.callbacks({ sessionId }))[0]?.attempts.map((a) => a.status))
    .toEqual([200]);
  const [payment] = await paymentsOf(shop);
  expect(payment?.status).toBe("waiting");

  await returnToShop(shop);
  await expectPaid(shop, "KSh 500.00");
});

test("redeemed, but the answer is lost: we are checking, and the provider's word pays", async ({
  shop,
  sandbox,
}) => {
  const { voucher } = await sandbox.createVoucher({ amountCents: 50_000n });
  const voucherCode = voucher.code;
  await sandbox.scriptCallbacks({ kind: "redemption", voucherCode, script: { hold: true } });
  await sandbox.addFault({
    endpoint: "redeem_voucher",
    when: "after",
    effect: { kind: "drop" },
    voucherCode,
    times: 1,
  });

  await shop.goto("/deposit");
  await shop.getByLabel("Voucher code").fill(voucherCode);
  await shop.getByRole("button", { name: "Use this code" }).click();
  await expect(shop.getByRole("heading", { name: "Your money is safe" })).toBeVisible();
  await expect(shop.getByText("Do not pay again.")).toBeVisible();
  expect(await balanceOf(shop)).toBe("0.00");

  const [callback] = await sandbox.callbacks({ kind: "redemption", voucherCode });
  await sandbox.releaseCallback(callback?.id ?? "");
  await expectPaid(shop, "KSh 500.00");
  expect(await balanceOf(shop)).toBe("500.00");
});
