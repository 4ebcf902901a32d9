import { ageDeposit } from "@/prisma/factories/age-deposit";
import { APP_URL, expect, test } from "./fixtures";
import {
  balanceOf,
  expectCredited,
  expectPaid,
  paymentIdOf,
  paymentOf,
  paymentsOf,
} from "./journey";
import {
  askForPrompt,
  expectAsking,
  expectChecking,
  expectLookedUp,
  expectNotPaid,
  expectPrompted,
  fact,
  MINUTE_MS,
  onlyPush,
  payByMpesa,
  SECOND_MS,
} from "./mpesa-journey";

test("the callback comes before the push is answered: the page opens on Paid", async ({
  shop,
  customer,
  sandbox,
}) => {
  const script = { beforeAnswer: true };
  await sandbox.scriptCallbacks({ kind: "stk", msisdn: customer.phone, script });
  const id = await payByMpesa(shop, { amount: "500" });
  await expectPaid(shop, "KSh 500.00");
  await expectCredited(shop, { id, balance: "500.00" });
  const { receipt } = await onlyPush(sandbox, customer.phone);
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(receipt ?? "");
});

test("30 identical callbacks at once, and again later: each answered, one credit", async ({
  shop,
  customer,
  sandbox,
}) => {
  const script = { copies: 30, parallel: true };
  await sandbox.scriptCallbacks({ kind: "stk", msisdn: customer.phone, script });
  const id = await askForPrompt(shop, { amount: "500" });
  await sandbox.enterPin(customer.phone);
  await expectPaid(shop, "KSh 500.00");
  const { callbackId } = await onlyPush(sandbox, customer.phone);
  const statuses = async () =>
    (await sandbox.callback(callbackId ?? "")).attempts.map(({ status }) => status);
  await expect.poll(statuses).toEqual(Array.from({ length: 30 }, () => 200));
  const again = await sandbox.duplicateCallback(callbackId ?? "", { copies: 3 });
  expect(again.map(({ status }) => status)).toEqual([200, 200, 200]);
  await expectCredited(shop, { id, balance: "500.00" });
  expect(await paymentsOf(shop)).toHaveLength(1);
});

test("reported as failed, then as paid: the page corrects itself", async ({
  shop,
  customer,
  sandbox,
}) => {
  const id = await askForPrompt(shop, { amount: "500" });
  await sandbox.answerPrompt(customer.phone, "time_out");
  await expectNotPaid(shop, "Your phone did not answer.");

  const {
    callbackUrl: url,
    checkoutRequestId,
    merchantRequestId,
  } = await onlyPush(sandbox, customer.phone);
  await sandbox.sendForgedStk({
    url,
    checkoutRequestId,
    merchantRequestId,
    amountCents: 50_000n,
    msisdn: customer.phone,
  });
  await expectPaid(shop, "KSh 500.00");
  await expectCredited(shop, { id, balance: "500.00" });
});

test("look-ups say not paid, the callback says paid: the callback is believed", async ({
  shop,
  customer,
  sandbox,
}) => {
  const msisdn = customer.phone;
  await sandbox.scriptCallbacks({ kind: "stk", msisdn, script: { hold: true } });
  await sandbox.scriptQueries({ msisdn, script: { answer: "final", resultCode: 1032 } });
  const id = await askForPrompt(shop, { amount: "500" });
  await sandbox.enterPin(msisdn);
  await ageDeposit(id, 30 * SECOND_MS);
  await expectAsking(shop);
  await expectLookedUp(id);
  await ageDeposit(id, 6 * MINUTE_MS);
  await expectNotPaid(shop, "You cancelled the payment on your phone.");

  const { callbackId } = await onlyPush(sandbox, msisdn);
  await sandbox.releaseCallback(callbackId ?? "");
  await expectPaid(shop, "KSh 500.00");
  await expectCredited(shop, { id, balance: "500.00" });
});

test("the callback says not paid, a look-up says paid: a person decides", async ({
  shop,
  customer,
  sandbox,
}) => {
  const msisdn = customer.phone;
  await sandbox.scriptQueries({ msisdn, script: { answer: "final", resultCode: 0 } });
  const id = await askForPrompt(shop, { amount: "500" });
  await sandbox.answerPrompt(msisdn, "decline");
  await expectNotPaid(shop, "You cancelled the payment on your phone.");
  await ageDeposit(id, 2 * MINUTE_MS);
  await expectChecking(shop, "M-Pesa gave two answers that do not agree.");
  expect(await balanceOf(shop)).toBe("0.00");
});

test("the payer's number comes masked: it pays all the same", async ({
  shop,
  customer,
  sandbox,
}) => {
  const script = { maskPhone: true, shuffleItems: true, amountDecimals: false };
  await sandbox.scriptCallbacks({ kind: "stk", msisdn: customer.phone, script });
  await askForPrompt(shop, { amount: "500" });
  await sandbox.enterPin(customer.phone);
  await expectPaid(shop, "KSh 500.00");
  const { receipt } = await onlyPush(sandbox, customer.phone);
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(receipt ?? "");
});

test("a success without any detail pays what was asked, and never makes up a receipt", async ({
  shop,
  customer,
  sandbox,
}) => {
  const script = { omitMetadata: true };
  await sandbox.scriptCallbacks({ kind: "stk", msisdn: customer.phone, script });
  await askForPrompt(shop, { amount: "500" });
  await sandbox.enterPin(customer.phone);
  await expectPaid(shop, "KSh 500.00");
  await expect(fact(shop, "M-Pesa receipt")).toHaveText("Will follow");
  await expect(shop.getByText("M-Pesa time")).toBeHidden();
  await shop.getByRole("link", { name: "See receipt" }).click();
  await expect(fact(shop, "M-Pesa receipt")).toHaveText("Will follow");
});

test("a result code nobody has listed is neither paid nor failed: we are checking", async ({
  shop,
  customer,
  sandbox,
}) => {
  await askForPrompt(shop, { amount: "500" });
  const { checkoutRequestId } = await onlyPush(sandbox, customer.phone);
  await sandbox.endPush(checkoutRequestId, { resultCode: 7777 });
  await expectChecking(shop, "M-Pesa gave an answer we do not know.");
  expect(await balanceOf(shop)).toBe("0.00");
  await onlyPush(sandbox, customer.phone);
});

test("another amount than was asked: nothing is added before a person has looked", async ({
  shop,
  customer,
  sandbox,
}) => {
  const script = { amountCents: 100_000n };
  await sandbox.scriptCallbacks({ kind: "stk", msisdn: customer.phone, script });
  await askForPrompt(shop, { amount: "500" });
  await sandbox.enterPin(customer.phone);
  await expectChecking(shop, "M-Pesa named another amount than we asked for.");
  expect(await balanceOf(shop)).toBe("0.00");
});

test("stop waiting: not paid here, and money that comes after all is added", async ({
  shop,
  customer,
  sandbox,
}) => {
  const id = await askForPrompt(shop, { amount: "500" });
  await shop.getByRole("button", { name: "Stop waiting" }).click();
  const money = "No money was added to your balance";
  await expect(shop.getByRole("heading", { name: money })).toBeVisible();
  await expect(
    shop.getByText("You stopped waiting. If you paid after all, we still add the money"),
  ).toBeVisible();
  expect(paymentIdOf(shop)).toBe(id);

  await sandbox.enterPin(customer.phone);
  await expectPaid(shop, "KSh 500.00");
  await expectCredited(shop, { id, balance: "500.00" });
});

test("money that comes before the page has its live updates is shown as soon as it has them", async ({
  shop,
  customer,
  sandbox,
}) => {
  const id = await askForPrompt(shop, { amount: "500" });
  await shop.getByRole("button", { name: "Stop waiting" }).click();
  await expect(shop.getByText("You stopped waiting.")).toBeVisible();
  let open = () => {};
  const opening = new Promise<void>((resolve) => (open = resolve));
  await shop.route("**/api/events", async (route) => {
    await opening;
    await route.continue();
  });
  const isRead = shop.waitForResponse((answer) => answer.url().endsWith(`/api/payments/${id}`));
  await Promise.all([isRead, shop.reload()]);
  await sandbox.enterPin(customer.phone);
  await expectCredited(shop, { id, balance: "500.00" });
  open();
  await expectPaid(shop, "KSh 500.00");
});

test("stop waiting, and the prompt still stands on the phone: no second one is sent over it", async ({
  shop,
  customer,
  sandbox,
}) => {
  const id = await askForPrompt(shop, { amount: "500" });
  await shop.getByRole("button", { name: "Stop waiting" }).click();
  await shop.getByRole("button", { name: "Try again with KSh 500" }).click();
  await expect(shop.getByRole("main").getByRole("alert")).toContainText(
    /This phone was asked a moment ago\. Try again in \d+ seconds/,
  );
  await onlyPush(sandbox, customer.phone);

  await sandbox.answerPrompt(customer.phone, "decline");
  await ageDeposit(id, 3 * MINUTE_MS);
  await shop.getByRole("button", { name: "Try again with KSh 500" }).click();
  await expectPrompted(shop);
});

test("forged callbacks, at the open address or for another prompt, change nothing", async ({
  shop,
  customer,
  stranger,
  sandbox,
}) => {
  const id = await askForPrompt(shop, { amount: "500" });
  const push = await onlyPush(sandbox, customer.phone);
  const { checkoutRequestId, merchantRequestId, callbackUrl } = push;
  const lie = { amountCents: 50_000n, msisdn: customer.phone, merchantRequestId };
  const wrongSecret = callbackUrl.replace(/daraja\/[^/]+/, `daraja/${"0".repeat(43)}`);
  expect(wrongSecret).not.toBe(callbackUrl);
  for (const forged of [
    { ...lie, url: `${APP_URL}/v1/webhooks/mpesa`, checkoutRequestId },
    { ...lie, url: wrongSecret, checkoutRequestId },
    { ...lie, url: callbackUrl, checkoutRequestId: "ws_CO_21112026120000000712345678" },
    { ...lie, url: callbackUrl, checkoutRequestId, shortcodeHeader: "600000" },
  ]) {
    const { attempts } = await sandbox.sendForgedStk(forged);
    expect(attempts).toHaveLength(1);
  }
  // Another customer's real callback takes the same way, so what came before it has been worked.
  const witness = await shop.context().newPage();
  const other = await payByMpesa(witness, { amount: "300", phone: stranger.phone });
  await sandbox.enterPin(stranger.phone);
  await expectPaid(witness, "KSh 300.00");
  expect(other).not.toBe(id);
  await expectPrompted(shop);
  expect((await paymentOf(shop, id)).status).toBe("waiting");
  expect(await balanceOf(shop)).toBe("300.00");

  await sandbox.enterPin(customer.phone);
  await expectPaid(shop, "KSh 500.00");
  const { receipt } = await onlyPush(sandbox, customer.phone);
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(receipt ?? "");
  await expectCredited(shop, { id, balance: "800.00" });
});
