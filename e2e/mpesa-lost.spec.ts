import { ageDeposit } from "@/prisma/factories/age-deposit";
import type { SandboxControl } from "@/sandbox/control/client";
import { expect, test } from "./fixtures";
import { balanceOf, expectCredited, expectPaid, paymentOf } from "./journey";
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
  SECOND_MS,
} from "./mpesa-journey";

const HOUR_MS = 60 * MINUTE_MS;

/** The callbacks to this phone's prompts never come. */
async function loseCallbacks(sandbox: SandboxControl, msisdn: string): Promise<void> {
  await sandbox.scriptCallbacks({ kind: "stk", msisdn, script: { drop: true } });
  // Look-ups of this phone's prompts say what is true; the ones that say nothing are tried elsewhere.
  await sandbox.scriptQueries({ msisdn, script: { answer: "final" } });
}

/** The next push to this phone is accepted, and the connection cut before its answer. */
async function loseAnswer(sandbox: SandboxControl, msisdn: string): Promise<void> {
  const lost = { endpoint: "stk_push", when: "after", effect: { kind: "drop" } } as const;
  await sandbox.addFault({ ...lost, msisdn, times: 1 });
}

test("the callback is lost: half a minute later a look-up pays it, and the receipt follows", async ({
  shop,
  customer,
  sandbox,
}) => {
  await loseCallbacks(sandbox, customer.phone);
  const id = await askForPrompt(shop, { amount: "500" });
  await sandbox.enterPin(customer.phone);
  await ageDeposit(id, 30 * SECOND_MS);
  await expectPaid(shop, "KSh 500.00");
  await expect(fact(shop, "M-Pesa receipt")).toHaveText("Will follow");

  // It comes after all, hours later perhaps: its receipt is added, and nothing is paid again.
  const { callbackId, receipt } = await onlyPush(sandbox, customer.phone);
  await sandbox.releaseCallback(callbackId ?? "");
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(receipt ?? "");
  expect(await balanceOf(shop)).toBe("500.00");
});

test("the callback is lost: I have paid, check again, pays it without waiting", async ({
  shop,
  customer,
  sandbox,
}) => {
  await loseCallbacks(sandbox, customer.phone);
  await askForPrompt(shop, { amount: "500" });
  await sandbox.enterPin(customer.phone);
  await shop.getByRole("button", { name: "I have paid, check again" }).click();
  await expectPaid(shop, "KSh 500.00");
});

test("the callback is lost and nobody paid: not before two look-ups agree is it called not paid", async ({
  shop,
  customer,
  sandbox,
}) => {
  await loseCallbacks(sandbox, customer.phone);
  const id = await askForPrompt(shop, { amount: "500" });
  await sandbox.answerPrompt(customer.phone, "decline");
  await ageDeposit(id, 30 * SECOND_MS);
  await expectAsking(shop);
  await expect(shop.getByRole("button", { name: /^Try again/ })).toBeHidden();

  await expectLookedUp(id);
  await ageDeposit(id, 6 * MINUTE_MS);
  await expectNotPaid(shop, "You cancelled the payment on your phone.");
  await shop.getByRole("button", { name: "Try again with KSh 500" }).click();
  await expectPrompted(shop);
});

test("look-ups say nothing useful: it stays open, and the first clear answer pays it", async ({
  shop,
  customer,
  sandbox,
}) => {
  const msisdn = customer.phone;
  await sandbox.scriptCallbacks({ kind: "stk", msisdn, script: { drop: true } });
  const vague = await sandbox.scriptQueries({ msisdn, script: { answer: "unknown_id" } });
  const id = await askForPrompt(shop, { amount: "500" });
  await sandbox.enterPin(msisdn);
  const { checkoutRequestId } = await onlyPush(sandbox, msisdn);
  const lookUps = () =>
    sandbox
      .journal({ operation: "stk_query", contains: checkoutRequestId })
      .then((all) => all.length);

  await ageDeposit(id, 6 * MINUTE_MS);
  await expectAsking(shop);
  await expect.poll(lookUps).toBe(1);
  expect((await paymentOf(shop, id)).status).toBe("waiting");

  await sandbox.clearQueryScripts(vague.id);
  await sandbox.scriptQueries({ msisdn, script: { answer: "final" } });
  await shop.getByRole("button", { name: "I have paid, check again" }).click();
  await expectPaid(shop, "KSh 500.00");
});

test("the answer to the push is lost, the callback comes: it pays", async ({
  shop,
  customer,
  sandbox,
}) => {
  await loseAnswer(sandbox, customer.phone);
  await askForPrompt(shop, { amount: "500" });
  await sandbox.enterPin(customer.phone);
  await expectPaid(shop, "KSh 500.00");
  const { receipt } = await onlyPush(sandbox, customer.phone);
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(receipt ?? "");
});

test("the answer to the push and the callback are lost: a person finds it, and nobody is asked twice", async ({
  shop,
  customer,
  sandbox,
}) => {
  await loseAnswer(sandbox, customer.phone);
  await loseCallbacks(sandbox, customer.phone);
  const id = await askForPrompt(shop, { amount: "500" });
  await sandbox.enterPin(customer.phone);
  const { callbackId, callbackUrl, accountReference } = await onlyPush(sandbox, customer.phone);
  expect(callbackUrl).toContain(id);
  const sent = await sandbox.journal({ operation: "stk_push", contains: id });
  expect(sent).toMatchObject([{ status: 0 }]);

  await ageDeposit(id, 6 * MINUTE_MS);
  await expectChecking(
    shop,
    "We do not know whether the prompt reached your phone. We are checking with M-Pesa.",
  );
  // What a person needs to find it at M-Pesa: the account number of the prompt.
  const { public_code } = await paymentOf(shop, id);
  expect(accountReference).toBe(public_code);
  await onlyPush(sandbox, customer.phone);

  // The callback that was lost is sent again, and its address says whose it is.
  await sandbox.releaseCallback(callbackId ?? "");
  await expectPaid(shop, "KSh 500.00");
  await expectCredited(shop, { id, balance: "500.00" });
});

test("M-Pesa is silent for two days: a person looks into it, and late money still counts", async ({
  shop,
  customer,
  sandbox,
}) => {
  const msisdn = customer.phone;
  await sandbox.scriptCallbacks({ kind: "stk", msisdn, script: { drop: true } });
  await sandbox.scriptQueries({ msisdn, script: { answer: "error_empty" } });
  const id = await askForPrompt(shop, { amount: "500" });
  await sandbox.enterPin(msisdn);
  await ageDeposit(id, 49 * HOUR_MS);
  await expectChecking(shop, "M-Pesa has not confirmed this payment yet.");

  const { callbackId } = await onlyPush(sandbox, msisdn);
  await sandbox.releaseCallback(callbackId ?? "");
  await expectPaid(shop, "KSh 500.00");
});
