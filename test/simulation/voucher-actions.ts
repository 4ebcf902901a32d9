import { decimalFromCents } from "@/lib/kit/money";
import { SECOND_MS } from "@/lib/kit/time";
import { acceptVoucherReturn } from "@/lib/payments/accept-voucher-return";
import { cancelVoucherDeposit } from "@/lib/payments/cancel-voucher-deposit";
import { pasteVoucherCode } from "@/lib/payments/paste-voucher-code";
import { checkPaymentNow } from "@/lib/recovery/check-payment-now";
import { runUntilCrash } from "./crash-points";
import { forgeVoucherMessage } from "./forge-voucher";
import type { Life, OpenPurchase } from "./life";
import { pick } from "./pick";
import type { VoucherStep } from "./voucher-steps";

type StepOf<Name extends VoucherStep["do"]> = Extract<VoucherStep, { do: Name }>;

/** Does one thing about a Pesa Voucher. */
export async function takeVoucherStep(life: Life, step: VoucherStep): Promise<void> {
  switch (step.do) {
    case "open":
      return openPurchase(life, step);
    case "buy":
      return buy(life, pick(life.purchases, step.purchase), step.editedCents);
    case "decline":
      return decline(life, pick(life.purchases, step.purchase), step.succeedsLater);
    case "return":
      return comeBack(life, step);
    case "paste":
      return paste(life, step);
    case "cancel": {
      const { customer, sessionId } = pick(life.purchases, step.purchase);
      await cancelVoucherDeposit(customer.ctx, { sessionId });
      return;
    }
    case "check": {
      const { customer, depositId } = pick(life.purchases, step.purchase);
      return checkPaymentNow(customer.ctx, { paymentId: depositId });
    }
    case "forge":
      await forgeVoucherMessage(life, step.forgery, pick(life.purchases, step.purchase));
      return life.workAfterAnswers(null);
    case "race":
      return race(life, pick(life.purchases, step.purchase));
  }
}

async function openPurchase(life: Life, { customer, amountCents }: StepOf<"open">): Promise<void> {
  const owner = pick(life.customers, customer);
  const opened = await life.shop.purchase(owner.ctx, decimalFromCents(amountCents));
  life.purchases.push({ ...opened, customer: owner, amountCents });
}

async function buy(life: Life, purchase: OpenPurchase, editedCents: bigint | null): Promise<void> {
  await life.control.createVoucher({
    amountCents: editedCents ?? purchase.amountCents,
    sessionId: purchase.sessionId,
    callbackUrl: purchase.callbackUrl,
  });
}

async function decline(life: Life, purchase: OpenPurchase, succeedsLater: boolean): Promise<void> {
  const { control } = life;
  const msisdn = `2547${String(life.nextSerial()).padStart(6, "0")}55`;
  const { sessionId, callbackUrl, amountCents } = purchase;
  if (succeedsLater) {
    await control.scriptCallbacks({
      sessionId,
      times: 1,
      script: { hold: true, failFirstMs: 30 * SECOND_MS },
    });
  }
  await control.startPayment({ amountCents, msisdn, sessionId, callbackUrl });
  await control.answerPrompt(msisdn, succeedsLater ? "approve" : "decline");
}

async function comeBack(life: Life, step: StepOf<"return">): Promise<void> {
  const { customer, sessionId } = pick(life.purchases, step.purchase);
  const payment = (await life.control.payments({ sessionId })).at(-1);
  const voucher = ["both", "voucher"].includes(step.carries) ? payment?.voucherCode : null;
  const paymentId = ["both", "payment_id"].includes(step.carries) ? payment?.id : undefined;
  const hints = { sessionId, voucher: voucher ?? undefined, paymentId };
  await runUntilCrash(() => acceptVoucherReturn(customer.ctx, hints), step.crash);
}

async function paste(life: Life, step: StepOf<"paste">): Promise<void> {
  const vouchers = (await life.control.vouchers({ limit: 1_000 })).filter(
    ({ sessionId }) => sessionId !== null,
  );
  if (vouchers.length === 0) return;
  const { ctx } = pick(life.customers, step.customer);
  const { code } = pick(vouchers, step.voucher);
  await runUntilCrash(() => pasteVoucherCode(ctx, { code }), step.crash);
}

async function race(life: Life, purchase: OpenPurchase): Promise<void> {
  const { control } = life;
  const { customer, sessionId } = purchase;
  const payment = (await control.payments({ sessionId })).at(-1);
  const told = await control.callbacks({ sessionId, kind: "purchase" });
  for (const { id } of told) await control.duplicateCallback(id);
  const code = payment?.voucherCode ?? "";
  await Promise.all([
    life.workAfterAnswers(null),
    acceptVoucherReturn(customer.ctx, { sessionId, voucher: code, paymentId: payment?.id }),
    pasteVoucherCode(customer.ctx, { code }),
    checkPaymentNow(customer.ctx, { paymentId: purchase.depositId }),
  ]);
}
