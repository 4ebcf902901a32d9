import { ageDeposit } from "@/prisma/factories/age-deposit";
import type { SandboxControl } from "@/sandbox/control/client";
import { expect, test } from "./fixtures";
import { balanceOf, expectPaid, paymentIdOf, paymentOf } from "./journey";
import {
  askForPrompt,
  expectNotPaid,
  expectPrompted,
  MINUTE_MS,
  onlyPush,
  payByMpesa,
  waitForRetry,
} from "./mpesa-journey";

interface Ending {
  readonly what: string;
  readonly why: string;
  /** What is wrong with the phone before it is asked. */
  readonly before?: (sandbox: SandboxControl, phone: string) => Promise<unknown>;
  readonly end: (sandbox: SandboxControl, phone: string) => Promise<unknown>;
  /** What the customer does about it. */
  readonly after?: (sandbox: SandboxControl, phone: string) => Promise<unknown>;
}

const ENDINGS: readonly Ending[] = [
  {
    what: "cancelled on the phone",
    why: "You cancelled the payment on your phone.",
    end: (sandbox, phone) => sandbox.answerPrompt(phone, "decline"),
  },
  {
    what: "the PIN wrong to the end",
    why: "The PIN was wrong.",
    end: async (sandbox, phone) => {
      for (const outcome of ["try_again", "try_again", "wrong_pin"]) {
        expect(await sandbox.answerPrompt(phone, "wrong_pin")).toMatchObject({ outcome });
      }
    },
  },
  {
    what: "not enough money",
    why: "Your M-Pesa balance is not enough.",
    before: (sandbox, phone) => sandbox.changePhone(phone, { balanceCents: 49_900n }),
    end: (sandbox, phone) => sandbox.enterPin(phone),
    after: (sandbox, phone) => sandbox.changePhone(phone, { balanceCents: 60_000n }),
  },
  {
    what: "the phone is off",
    why: "Your phone did not answer. It may have been off or without signal.",
    before: (sandbox, phone) => sandbox.changePhone(phone, { poweredOn: false }),
    end: (sandbox, phone) => sandbox.answerPrompt(phone, "time_out"),
    after: (sandbox, phone) => sandbox.changePhone(phone, { poweredOn: true }),
  },
  {
    what: "the prompt ran out",
    why: "The prompt closed before you entered your PIN.",
    end: async (sandbox, phone) => {
      const { checkoutRequestId } = await onlyPush(sandbox, phone);
      await sandbox.endPush(checkoutRequestId, { resultCode: 1019 });
    },
  },
];

for (const { what, why, before, end, after } of ENDINGS) {
  test(`${what}: not paid, why, and one tap asks again with everything filled in`, async ({
    shop,
    customer,
    sandbox,
  }) => {
    const { phone } = customer;
    await before?.(sandbox, phone);
    const id = await askForPrompt(shop, { amount: "500" });
    await end(sandbox, phone);
    await expectNotPaid(shop, why);
    expect(await balanceOf(shop)).toBe("0.00");

    await after?.(sandbox, phone);
    await waitForRetry(shop, id);
    await shop.getByRole("button", { name: "Try again with KSh 500" }).click();
    await expectPrompted(shop);
    expect(paymentIdOf(shop)).not.toBe(id);
    await sandbox.enterPin(phone);
    await expectPaid(shop, "KSh 500.00");
    expect(await sandbox.listPushes({ msisdn: phone })).toMatchObject([
      { amountCents: 50_000n },
      { amountCents: 50_000n, resultCode: "0" },
    ]);
    expect(await balanceOf(shop)).toBe("500.00");
  });
}

test("too early for the same amount: the page counts down, a tap gets a sentence and no prompt", async ({
  shop,
  customer,
  sandbox,
}) => {
  const id = await askForPrompt(shop, { amount: "500" });
  await sandbox.answerPrompt(customer.phone, "decline");
  await expectNotPaid(shop, "You cancelled the payment on your phone.");
  // As if it had been sent a minute later than it was: too early stays too early while this test looks.
  await ageDeposit(id, -MINUTE_MS);
  await shop.reload();
  await expect(shop.getByText(/^You can try again in \d+ s\.$/)).toBeVisible();
  await shop.getByRole("button", { name: "Try again with KSh 500" }).click();
  await expect(shop.getByRole("main").getByRole("alert")).toContainText(
    /This phone was asked .*a moment ago\. Try again in \d+ seconds/,
  );
  expect(paymentIdOf(shop)).toBe(id);
  await onlyPush(sandbox, customer.phone);

  await ageDeposit(id, 2 * MINUTE_MS);
  await shop.getByRole("button", { name: "Try again with KSh 500" }).click();
  await expectPrompted(shop);
});

test("a locked PIN: the page offers another phone, and what was asked is filled in", async ({
  shop,
  customer,
  stranger,
  sandbox,
}) => {
  await sandbox.changePhone(customer.phone, { pinLocked: true });
  await askForPrompt(shop, { amount: "500" });
  await sandbox.enterPin(customer.phone);
  await expectNotPaid(shop, "Your M-Pesa PIN is locked. Safaricom can unlock it for you.");
  await expect(shop.getByRole("button", { name: /^Try again/ })).toBeHidden();

  await shop.getByRole("link", { name: "Use another phone number" }).click();
  await expect(shop.getByLabel("Amount", { exact: true })).toHaveValue("500");
  await shop.getByLabel("Phone number").fill(stranger.phone);
  await shop.getByRole("button", { name: "Pay KSh 500" }).click();
  await expectPrompted(shop);
  await sandbox.enterPin(stranger.phone);
  await expectPaid(shop, "KSh 500.00");
});

test("a number M-Pesa does not know: no phone was asked, and the page offers another", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  await sandbox.addFault({
    endpoint: "stk_push",
    effect: {
      kind: "envelope",
      status: 400,
      errorCode: "400.002.02",
      errorMessage: "Bad Request - Invalid PhoneNumber",
    },
    msisdn: phone,
    times: 1,
  });
  await payByMpesa(shop, { amount: "500" });
  await expectNotPaid(shop, "M-Pesa does not know this phone number.");
  await expect(shop.getByRole("button", { name: /^Try again/ })).toBeHidden();
  await expect(shop.getByRole("link", { name: "Use another phone number" })).toBeVisible();
  expect(await sandbox.listPushes({ msisdn: phone })).toEqual([]);
});

test("nothing the customer can do: the page says whom to ask, and offers the other way to pay", async ({
  shop,
  customer,
  sandbox,
}) => {
  const id = await askForPrompt(shop, { amount: "500" });
  const { checkoutRequestId } = await onlyPush(sandbox, customer.phone);
  await sandbox.endPush(checkoutRequestId, { resultCode: 8 });
  await expectNotPaid(shop, "We cannot receive more money by M-Pesa now.");
  const { public_code } = await paymentOf(shop, id);
  await expect(
    shop.getByText(/^Contact Duka la Mwanga: 0700 123 456\. Say reference/),
  ).toContainText(public_code.slice(-4));
  await expect(shop.getByRole("button", { name: /^Try again/ })).toBeHidden();
  await shop.getByRole("link", { name: "Use Pesa Voucher" }).click();
  await expect(shop.getByRole("button", { name: "Buy Voucher Now" })).toBeVisible();
});
