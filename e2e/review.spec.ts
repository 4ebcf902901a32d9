import type { Page } from "@playwright/test";
import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { customerAvailable } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { holdDeposit } from "@/lib/payments/hold-deposit";
import { requestMpesaDeposit } from "@/lib/payments/request-mpesa-deposit";
import { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import { matchTransaction } from "@/lib/recovery/transactions/match-transaction";
import { recordTransaction } from "@/lib/recovery/transactions/record-transaction";
import { expectSwahili } from "./expect-swahili";
import { APP_URL, expect, test, unusedPhone, type Customer } from "./fixtures";
import { LIGHT_AND_DARK, lookAt } from "./look-with-axe";
import { paymentOf } from "./journey";
import { expectNoSidewaysScroll } from "./small-screen";
import { openDesk, openOwnShop } from "./withdraw-journey";

type Whose = { merchantId: string; customer: Pick<Customer, "id"> };

const worker = (merchantId: string) => makeCtx(merchantId, { kind: "system", id: "test" });
const ofCustomer = ({ merchantId, customer }: Whose) =>
  makeCtx(merchantId, { kind: "customer", id: customer.id });

/** A prompt of the customer's that nobody could tell the outcome of. */
async function depositInReview(whose: Whose, amount: string): Promise<string> {
  const { depositId } = await requestMpesaDeposit(ofCustomer(whose), {
    phone: unusedPhone(),
    amount,
    attemptKey: crypto.randomUUID(),
  });
  const held = { depositId, reason: "unconfirmed", nextCheckAt: null } as const;
  await holdDeposit(worker(whose.merchantId), held);
  return depositId;
}

/** A withdrawal of KSh 700 whose outcome nobody could tell. */
async function withdrawalInReview({ merchantId, customer }: Whose): Promise<string> {
  await postMovement(db(), {
    ...{ merchantId, kind: "test", ref: crypto.randomUUID(), now: new Date() },
    lines: [
      { account: { kind: "suspense", owner: "test" }, amountCents: -100_000n },
      { account: customerAvailable(customer.id), amountCents: 100_000n },
    ],
  });
  const { withdrawalId } = await requestWithdrawal(ofCustomer({ merchantId, customer }), {
    ...{ method: "mpesa", amount: "700", to: unusedPhone(), passwordConfirmed: true },
    attemptKey: crypto.randomUUID(),
  });
  await db().withdrawal.update({
    where: { id: withdrawalId },
    data: { state: "needs_review", reason: "unconfirmed", sentAt: new Date(), nextCheckAt: null },
  });
  return withdrawalId;
}

/** KSh 317 that came in without an account number: no prompt asks for so much, so it can be nobody's. */
function moneyOfNobody(merchantId: string, receipt: string): Promise<string> {
  return bookLine(merchantId, { kind: "payment_in", receipt, amountCents: 31_700n });
}

/** A line of M-Pesa's books, as a statement brings it. */
async function bookLine(
  merchantId: string,
  line: Pick<Parameters<typeof recordTransaction>[1], "kind" | "receipt" | "amountCents"> & {
    originalReceipt?: string;
    reference?: string;
  },
): Promise<string> {
  const where = { merchantId, isDefault: true };
  const account = await db().providerAccount.findFirstOrThrow({ where });
  const { transactionId } = await recordTransaction(worker(merchantId), {
    ...{ accountId: account.id, occurredAt: new Date(), reference: null, source: "statement" },
    ...{ details: "Pay Bill", payer: "254712345678", originalReceipt: null, ...line },
  });
  await matchTransaction(worker(merchantId), { transactionId });
  return transactionId;
}

/** The day on which Pesa Voucher's balance moved by what nobody booked. */
async function driftOf(merchantId: string): Promise<string> {
  await db().balanceComparison.create({
    data: {
      ...{ merchantId, name: "pesavoucher", day: new Date("2026-11-20"), comparedAt: new Date() },
      ...{ bookedCents: 500_000n, providerCents: 450_000n, inFlightCents: 0n },
      driftCents: -50_000n,
    },
  });
  return "drift:pesavoucher:2026-11-20";
}

async function openCase(desk: Page, id: string): Promise<void> {
  await desk.getByRole("link", { name: `Open case ${id}` }).click();
  await expect(desk.getByRole("heading", { level: 1 })).toBeVisible();
}

/** Opens one form of the panel, and gives the part of the page it is in. */
async function unfold(desk: Page, summary: string) {
  const form = desk.locator("details", { has: desk.getByText(summary, { exact: true }) });
  await form.getByText(summary, { exact: true }).click();
  return form;
}

test("without scripts: from the queue to M-Pesa's proof, and the customer reads Paid", async ({
  shop,
  customer,
  merchantId,
  sandbox,
  openBrowser,
}) => {
  const id = await depositInReview({ merchantId, customer }, "500");
  const { receipt } = await sandbox.payByHand({
    ...{ phone: unusedPhone(), reference: "NYUMBA YANGU", amountCents: 50_000n },
  });
  const desk = await openDesk(await openBrowser({ javaScriptEnabled: false }), merchantId);
  await desk.goto("/dashboard");
  await desk.getByRole("link", { name: /^Open the review queue/ }).click();
  await expect(desk.getByRole("heading", { name: "Review queue" })).toBeVisible();
  await desk.goto("/dashboard/review?kind=deposit");
  await openCase(desk, id);
  await desk.getByRole("button", { name: "Take it over" }).click();
  await expect(desk.getByText("You look after it")).toBeVisible();

  const ask = await unfold(desk, "Ask M-Pesa about a receipt");
  await ask.getByLabel("M-Pesa receipt").fill("not one!");
  await ask.getByRole("button", { name: "Ask M-Pesa" }).click();
  await expect(desk.getByRole("main").getByRole("alert")).toContainText(
    "A receipt has capital letters",
  );
  await ask.getByLabel("M-Pesa receipt").fill(receipt.toLowerCase());
  await ask.getByRole("button", { name: "Ask M-Pesa" }).click();
  await expect(desk.getByRole("main").getByRole("alert")).toContainText("Write the reason.");
  await expect(ask.getByLabel("M-Pesa receipt")).toHaveValue(receipt.toLowerCase());
  await ask.getByLabel("Reason").fill("The customer showed the SMS");
  await ask.getByRole("button", { name: "Ask M-Pesa" }).click();
  await expect(desk.getByRole("status")).toContainText("M-Pesa was asked.");

  await expect.poll(async () => (await paymentOf(shop, id)).status).toBe("paid");
  await desk.goto(`/dashboard/payments/${id}`);
  const main = desk.getByRole("main");
  await expect(main).toContainText("M-Pesa confirmed it, and it is credited.");
  await expect(main).toContainText(`In M-Pesa’s books under ${receipt}, KSh 500.00`);
  await shop.goto(`/payments/${id}`);
  await expect(shop.getByRole("main")).toContainText(receipt);
});

test("above the limit a second person agrees; whoever decided may not", async ({ openBrowser }) => {
  const own = await openOwnShop(await openBrowser(), { approvalAboveCents: 10_000n });
  const { merchantId } = own;
  const large = await depositInReview(own, "6000");
  const withdrawal = await withdrawalInReview(own);
  // M-Pesa answers nobody here, so a person's word is taken.
  await db().providerAccount.updateMany({
    where: { merchantId },
    data: { payoutsStopped: "2001" },
  });
  const maker = await openDesk(await openBrowser(), merchantId, { name: "Njeri Mwangi" });
  const checker = await openDesk(await openBrowser(), merchantId, { name: "Baraka Mutua" });

  await maker.goto("/dashboard/review");
  await openCase(maker, large);
  const credit = await unfold(maker, "Credit with your own proof");
  await credit.getByLabel("M-Pesa receipt").fill("RVE2E00001");
  await credit.getByLabel("Reason").fill("On the statement of today");
  await credit.getByRole("button", { name: "Credit it" }).click();
  await expect(maker.getByRole("status")).toContainText("A second person has to agree");
  await expect(maker.getByText("You decided this, so another person has to agree.")).toBeVisible();
  const { id: decisionId } = await db().reviewDecision.findFirstOrThrow({
    where: { subjectId: large },
  });
  const tried = await maker.request.post(
    `${APP_URL}/dashboard/review/decisions/${decisionId}/approve`,
    { data: { subject: large } },
  );
  expect(tried.status()).toBe(403);
  expect((await tried.json()).error.code).toBe("own_decision");

  await checker.goto("/dashboard/review");
  await checker.getByRole("link", { name: /^Waiting for my approval ?1$/ }).click();
  await expect(checker.getByText("Njeri Mwangi decided: Credit with your own proof")).toBeVisible();
  await openCase(checker, large);
  await expect(checker.getByText("RVE2E00001 · KSh 6,000.00")).toBeVisible();
  await checker.getByRole("button", { name: "Agree, and do it (KSh 6,000.00)" }).click();
  await expect(checker.getByRole("status")).toContainText("Done. You both stand for it.");
  await expect.poll(async () => (await paymentOf(own.page, large)).status).toBe("paid");

  await checker.goto("/dashboard/review?kind=withdrawal");
  await openCase(checker, withdrawal);
  const back = await unfold(checker, "It was not paid: give it back");
  await back.getByLabel("Reason").fill("Not on the statement");
  await back.getByRole("button", { name: "Give it back" }).click();
  await expect(checker.getByRole("main").getByRole("alert")).toContainText("Choose how you know.");
  await back.getByLabel("The provider’s statement does not have it").check();
  await back.getByRole("button", { name: "Give it back" }).click();
  await expect(checker.getByRole("status")).toContainText("It is written down with your reason.");
  await expect.poll(async () => (await paymentOf(own.page, withdrawal)).status).toBe("not_paid");
  await checker.goto("/dashboard/review");
  await expect(checker.getByText("Nothing waits here.")).toBeVisible();
});

test("in Kiswahili: money of nobody is given to its owner, who sees it; and what axe finds", async ({
  openBrowser,
}) => {
  const own = await openOwnShop(await openBrowser(), {});
  const { merchantId, customer, page } = own;
  await db().user.update({ where: { id: customer.id }, data: { name: "Zawadi Chebet" } });
  const review = await depositInReview(own, "450");
  const line = await moneyOfNobody(merchantId, "RVE2E00002");
  const desk = await openDesk(await openBrowser(), merchantId);
  for (const path of [
    "/dashboard/review",
    `/dashboard/review/${line}`,
    `/dashboard/review/${await driftOf(merchantId)}`,
    `/dashboard/payments/${review}`,
  ]) {
    await lookAt(desk, path, undefined, LIGHT_AND_DARK);
  }
  await desk.setViewportSize({ width: 360, height: 640 });
  await desk.goto("/dashboard/review");
  await expectSwahili(desk);
  await expectNoSidewaysScroll(desk, 360, "the queue");
  await desk.getByRole("link", { name: `Fungua jambo ${line}` }).click();
  await desk.getByLabel("Tafuta mwenyewe").fill("chebet");
  await desk.getByRole("button", { name: "Tafuta", exact: true }).click();
  expect(desk.url()).not.toContain("chebet");
  // Open already: it is what was looked for, and what was found outlives a mistake.
  const give = desk.locator("details", { has: desk.getByText("Mpe mteja", { exact: true }) });
  await give.getByRole("button", { name: "Mpe", exact: true }).click();
  await expect(desk.getByRole("main").getByRole("alert")).toBeFocused();
  await give.getByLabel(/^Zawadi Chebet/).check();
  await give.getByLabel("Sababu").fill("Alileta SMS yake");
  await expectSwahili(desk);
  await expectNoSidewaysScroll(desk, 360, "a line of the books");
  await give.getByRole("button", { name: "Mpe", exact: true }).press("Enter");
  await expect(desk.getByRole("status")).toContainText("Imefanyika.");
  await page.goto("/payments");
  await expect(page.getByRole("main")).toContainText("KSh 317");
  const deposit = await db().deposit.findFirstOrThrow({
    where: { customerId: customer.id, origin: "assigned" },
  });
  await desk.goto(`/dashboard/payments/${deposit.id}`);
  await expectSwahili(desk);
  await expectNoSidewaysScroll(desk, 360, "the case of what was given");
});

test("in Kiswahili: a payment that M-Pesa took back unasked is taken from the balance", async ({
  openBrowser,
}) => {
  const own = await openOwnShop(await openBrowser(), {});
  const { merchantId, customer } = own;
  await db().user.update({ where: { id: customer.id }, data: { name: "Zawadi Chebet" } });
  const { depositId } = await requestMpesaDeposit(ofCustomer(own), {
    ...{ phone: unusedPhone(), amount: "300", attemptKey: crypto.randomUUID() },
  });
  const { publicCode } = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
  const paid = { receipt: "RVE2E00004", amountCents: 30_000n, reference: publicCode };
  await bookLine(merchantId, { kind: "payment_in", ...paid });
  const back = await bookLine(merchantId, {
    ...{ kind: "reversal", receipt: "RVE2E00005", amountCents: -30_000n },
    originalReceipt: paid.receipt,
  });
  const desk = await openDesk(await openBrowser(), merchantId);
  await lookAt(desk, `/dashboard/review/${back}`, undefined, LIGHT_AND_DARK);
  await desk.setViewportSize({ width: 360, height: 640 });
  await desk.goto("/dashboard/review?kind=transaction");
  await expectSwahili(desk);
  await expect(desk.getByText("Zawadi Chebet")).toBeVisible();
  await desk.getByRole("link", { name: `Fungua jambo ${back}` }).click();
  const took = await unfold(desk, "Ilirudisha malipo: toa kwenye salio la mteja");
  await took.getByLabel("Sababu").fill("Imeonekana kwenye taarifa ya akaunti");
  await took.getByRole("button", { name: "Toa kwenye salio" }).click();
  await expect(desk.getByRole("main").getByRole("alert")).toContainText(
    "Sema yalikuwa malipo yapi",
  );
  await expectSwahili(desk);
  await expectNoSidewaysScroll(desk, 360, "a payment that M-Pesa took back");
  await took.getByLabel(/^Zawadi Chebet/).check();
  await took.getByRole("button", { name: "Toa kwenye salio" }).click();
  await expect(desk.getByRole("status")).toContainText("Imefanyika.");
  await desk.getByRole("link", { name: /^rfd_/ }).click();
  await expect(desk.getByText("Hakuna cha kuamua hapa.")).toBeVisible();
  await desk.goto(`/dashboard/payments/${depositId}`);
  await expect(desk.getByRole("main")).toContainText("RVE2E00005");
  await expectSwahili(desk);
  await expectNoSidewaysScroll(desk, 360, "the case of what was taken back");
});
