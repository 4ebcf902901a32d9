import { ageWithdrawal } from "@/prisma/factories/age-withdrawal";
import { expect, test } from "./fixtures";
import { expectPaid } from "./journey";
import { fact, MINUTE_MS } from "./mpesa-journey";
import {
  ASKED_BY_THEN_MS,
  expectAsked,
  expectAsking,
  expectChecking,
  expectGivenBack,
  expectMoney,
  expectSending,
  FOR_A_PERSON_MS,
  fund,
  holdResults,
  HOUR_MS,
  loseResults,
  onlyPayout,
  receiverField,
  releaseResult,
  withdraw,
} from "./withdraw-journey";

/** What the balance is while KES 500 of 1,000 are on their way by M-Pesa, with its fee of 10. */
const SET_ASIDE = { available: "490.00", held: "510.00" };
const PAID = { available: "490.00", held: "0.00" };
const UNCONFIRMED = "M-Pesa has not confirmed this withdrawal yet.";

test("the result is late: the page says that M-Pesa is asked, and pays when it comes", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  await fund(shop, sandbox, 100_000n);
  await holdResults(sandbox, phone);
  await sandbox.scriptStatus({ msisdn: phone, script: { answer: "pending" } });
  const id = await withdraw(shop, { method: "mpesa", amount: "500" });
  await expectSending(shop);
  await ageWithdrawal(id, ASKED_BY_THEN_MS);
  await shop.reload();
  await expectAsking(shop);
  await expectMoney(shop, SET_ASIDE);
  await releaseResult(sandbox, phone);
  await expectPaid(shop, "KSh 500.00");
  await expectMoney(shop, PAID);
});

test("the result never comes: a look-up finds it paid, with its receipt", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  await fund(shop, sandbox, 100_000n);
  await loseResults(sandbox, phone, "truth");
  const id = await withdraw(shop, { method: "mpesa", amount: "500" });
  await expectSending(shop);
  await expect.poll(async () => (await onlyPayout(sandbox, phone)).state).toBe("completed");
  await ageWithdrawal(id, ASKED_BY_THEN_MS);
  await expectPaid(shop, "KSh 500.00");
  const { receipt } = await onlyPayout(sandbox, phone);
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(receipt ?? "");
  await expectMoney(shop, PAID);
});

test("nobody knows for a quarter of an hour: a person looks, and a later look-up pays it", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  await fund(shop, sandbox, 100_000n);
  const answerTruly = await loseResults(sandbox, phone, "not_found");
  const id = await withdraw(shop, { method: "mpesa", amount: "500" });
  await expectSending(shop);
  await expect.poll(async () => (await onlyPayout(sandbox, phone)).state).toBe("completed");
  await ageWithdrawal(id, FOR_A_PERSON_MS);
  await expectChecking(shop, UNCONFIRMED, "KSh 510");
  await expectMoney(shop, SET_ASIDE);

  await expectAsked(id);
  await answerTruly();
  await ageWithdrawal(id, 2 * HOUR_MS);
  await expectPaid(shop, "KSh 500.00");
  await expectMoney(shop, PAID);
  await onlyPayout(sandbox, phone);
});

test("nobody knows, and then a look-up says declined: only now the money is back", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  // KES 9,005 is accepted and not paid, and its result never comes.
  await fund(shop, sandbox, 1_000_000n);
  const answerTruly = await loseResults(sandbox, phone, "not_found");
  const id = await withdraw(shop, { method: "mpesa", amount: "9005" });
  await expectSending(shop);
  await expect.poll(async () => (await onlyPayout(sandbox, phone)).state).toBe("failed");
  await ageWithdrawal(id, FOR_A_PERSON_MS);
  await expectChecking(shop, UNCONFIRMED, "KSh 9,015");
  await expectMoney(shop, { available: "985.00", held: "9015.00" });

  await expectAsked(id);
  await answerTruly();
  await ageWithdrawal(id, 2 * HOUR_MS);
  await expectGivenBack(shop, "KSh 9,015", "M-Pesa did not accept this withdrawal.");
  await expectMoney(shop, { available: "10000.00", held: "0.00" });
  await expect(shop.getByRole("link", { name: "Use Pesa Voucher instead" })).toBeVisible();
});

test("refused by M-Pesa: the money is back at once, and another number is asked for", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  // KES 9,001 goes to a phone that is not registered.
  await fund(shop, sandbox, 1_000_000n);
  await withdraw(shop, { method: "mpesa", amount: "9001" });
  const masked = `${phone.slice(0, 4)} *** ${phone.slice(-3)}`;
  await expectGivenBack(shop, "KSh 9,011", `The number ${masked} is not registered for M-Pesa.`);
  await expectMoney(shop, { available: "10000.00", held: "0.00" });
  await shop.getByRole("link", { name: "Use another phone number" }).click();
  await expect(receiverField(shop)).toHaveValue("");
  await expect(shop.getByLabel("Amount", { exact: true })).toHaveValue("9001");
});

test("M-Pesa says it waited too long: it is asked at once, and nothing is given back or sent twice", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  await fund(shop, sandbox, 100_000n);
  const script = { asTimeout: true };
  await sandbox.scriptCallbacks({ kind: "b2c_result", msisdn: phone, script });
  const silent = await sandbox.scriptStatus({ msisdn: phone, script: { answer: "silent" } });
  const id = await withdraw(shop, { method: "mpesa", amount: "500" });
  await expectAsking(shop);
  await expectMoney(shop, SET_ASIDE);
  await expectAsked(id);
  await sandbox.clearStatusScripts(silent.id);
  await ageWithdrawal(id, MINUTE_MS);
  await expectPaid(shop, "KSh 500.00");
  await expectMoney(shop, PAID);
  await onlyPayout(sandbox, phone);
});

test("a code nobody has listed proves nothing: a person looks, and the money stays set aside", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  // KES 9,029 ends so.
  await fund(shop, sandbox, 1_000_000n);
  await sandbox.scriptStatus({ msisdn: phone, script: { answer: "silent" } });
  await withdraw(shop, { method: "mpesa", amount: "9029" });
  await expectChecking(shop, "M-Pesa gave an answer we do not know.", "KSh 9,039");
  await expectMoney(shop, { available: "961.00", held: "9039.00" });
});
