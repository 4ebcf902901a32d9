import { AppError } from "@/lib/errors";
import { acceptVoucherReturn } from "@/lib/payments/accept-voucher-return";
import { cancelMpesaDeposit } from "@/lib/payments/cancel-mpesa-deposit";
import { cancelVoucherDeposit } from "@/lib/payments/cancel-voucher-deposit";
import { createVoucherDeposit } from "@/lib/payments/create-voucher-deposit";
import { pasteVoucherCode } from "@/lib/payments/paste-voucher-code";
import { requestMpesaDeposit } from "@/lib/payments/request-mpesa-deposit";
import { cancelWithdrawal } from "@/lib/payments/withdrawals/cancel-withdrawal";
import { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import { checkPaymentNow } from "@/lib/recovery/check-payment-now";
import { askReceipt } from "@/lib/recovery/review/ask-receipt";
import type { CrashPoint } from "../simulation/crash-points";
import type { Chance } from "../withdrawal-simulation/chance";
import { inProcess } from "../withdrawal-simulation/processes";
import { forge } from "./forgeries";
import type { Deed, Event, Payment } from "./plan";
import { payByHand, payStray } from "./payers";
import { reverseInPortal } from "./portal";
import { decide, giveBack, takeRefundBack } from "./refunding";
import {
  callTrick,
  confirmationTrick,
  inWords,
  kindOf,
  promptTrick,
  resultTrick,
  voucherTrick,
} from "./tricks";
import { workMessages } from "./workers";
import type { World } from "./world";

type PaymentEvent = Extract<Event, { deed: Deed }>;

/** Somebody does something about one payment. */
export async function act(world: World, event: PaymentEvent): Promise<void> {
  const { payment, deed } = event;
  const chance = world.draws(event.name);
  const run = (who: string, work: () => Promise<string>) =>
    tried(world, { payment, who, deed, crash: event.crash }, work);
  const isVoucher = payment.road === "voucher";
  switch (deed) {
    case "begin":
      return begin(world, event, chance);
    case "begin again":
      return run("customer", () => beginOnce(world, payment, chance));
    case "pay":
      return run("payer", () =>
        isVoucher ? buy(world, payment, chance) : answer(world, payment, chance),
      );
    case "pay by hand":
    case "slip":
      return run("payer", () => payByHand(world, payment, chance, { slips: deed === "slip" }));
    case "come back":
      return run("customer", () => comeBack(world, payment, chance));
    case "paste":
      return run("customer", () => paste(world, payment));
    case "look now":
      return run("customer", () => lookNow(world, payment));
    case "stop waiting":
      return run("customer", () => stopWaiting(world, payment));
    case "forge":
      return run("stranger", () => forge(world, payment, chance));
    case "hear again":
      return run("provider", () => hearAgain(world, payment));
    case "race":
      return race(world, event, chance);
    case "give back":
    case "give back again":
      return run("staff", () => giveBack(world, payment, chance));
    case "take refund back":
      return run("staff", () => takeRefundBack(world, payment));
    case "reverse in portal":
      return run("staff", () => reverseInPortal(world, payment));
    case "decide":
      return run("second person", () => decide(world, payment, chance));
    case "ask receipt":
      return run("staff", () => askAboutReceipt(world, payment, chance));
    default:
      return deed satisfies never;
  }
}

/** Tries it in a process that may die meanwhile. A refusal is an answer; anything else that is thrown is a bug. */
export async function tried(
  world: World,
  about: { payment: Payment | null; who: string; deed: string; crash: CrashPoint | null },
  work: () => Promise<string>,
): Promise<void> {
  const { payment, who, deed, crash } = about;
  let answered = "no answer";
  const died = await inProcess(async () => {
    try {
      answered = await work();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      answered = `refused: ${error.code} ${JSON.stringify(error.details)}`;
      world.count(`refused ${error.code}`);
    }
  }, crash);
  world.note(payment, who, `${deed}: ${died ? "the process died" : answered}`);
  world.count(`${who}: ${deed.replace(/ [a-z]+[_:].*$/, "")}`);
  if (who === "stranger") world.count(`stranger: ${answered}`);
  if (died) world.count(`died: ${who}`);
}

async function begin(world: World, event: PaymentEvent, chance: Chance): Promise<void> {
  const { payment, crash } = event;
  const { control } = world;
  const msisdn = world.phoneOf(payment).slice(1);
  if (payment.road === "prompt") {
    const [script, fault] = [promptTrick(chance), callTrick(chance, "stk_push")];
    if (script) await control.scriptCallbacks({ kind: "stk", msisdn, times: 1, script });
    if (fault) await control.addFault({ ...fault, msisdn });
    world.note(payment, "M-Pesa", `will do: ${inWords(script)}; to the call: ${inWords(fault)}`);
    world.count(`callback of a prompt: ${kindOf(script)}`);
    world.count(`call: ${kindOf(fault)}`);
  }
  if (payment.road === "prompt" || payment.road === "hand") {
    const [told, back] = [confirmationTrick(chance), resultTrick(chance)];
    if (told) await control.scriptCallbacks({ kind: "c2b_confirmation", msisdn, script: told });
    if (back) await control.scriptCallbacks({ kind: "reversal_result", msisdn, script: back });
    world.note(payment, "M-Pesa", `its word: ${inWords(told)}; a way back: ${inWords(back)}`);
    world.count(`confirmation: ${kindOf(told)}`);
    world.count(`result of a way back: ${kindOf(back)}`);
  }
  // A tap that came twice, at the same moment.
  const taps = chance.happens(0.15) ? 2 : 1;
  await Promise.all(
    Array.from({ length: taps }, (_, index) =>
      tried(
        world,
        {
          payment,
          who: "customer",
          deed: `begin ${payment.road}`,
          crash: index === 0 ? crash : null,
        },
        () => beginOnce(world, payment, chance),
      ),
    ),
  );
}

async function beginOnce(world: World, payment: Payment, chance: Chance): Promise<string> {
  const { ctx } = world.customerOf(payment);
  const form = { amount: String(payment.shillings), attemptKey: `form ${payment.number}` };
  switch (payment.road) {
    case "prompt": {
      const phone = world.phoneOf(payment);
      const { depositId } = await requestMpesaDeposit(ctx, { ...form, phone });
      return depositId;
    }
    case "voucher": {
      return (await createVoucherDeposit(ctx, form)).depositId;
    }
    case "hand":
      return payStray(world, payment, chance);
    case "withdrawal": {
      const isMpesa = world.draws(`${payment.name}:method`).happens(0.6);
      const { withdrawalId } = await requestWithdrawal(ctx, {
        ...form,
        method: isMpesa ? "mpesa" : "pesavoucher",
        to: isMpesa ? world.phoneOf(payment) : `customer${payment.number}@example.com`,
        message: "Asante",
        passwordConfirmed: true,
      });
      return withdrawalId;
    }
  }
}

/** The person with the phone does something about the prompt, if it shows one. */
async function answer(world: World, payment: Payment, chance: Chance): Promise<string> {
  const { control } = world;
  const msisdn = world.phoneOf(payment).slice(1);
  const { openPrompt } = await control.phone(msisdn);
  if (!openPrompt) return "the phone shows nothing";
  const what = chance.weighted([
    [8, "pin"],
    [1, "decline"],
    [1, "time_out"],
  ] as const);
  world.count(`prompt answered: ${what}`);
  if (what !== "pin") {
    await control.answerPrompt(msisdn, what);
    return what;
  }
  await control.enterPin(msisdn);
  return "pays with the PIN";
}

async function buy(world: World, payment: Payment, chance: Chance): Promise<string> {
  const { control } = world;
  const { sessionId, callbackUrl } = world.of(payment);
  if (sessionId === "") return "no page was opened";
  const shillings = chance.happens(0.1) ? payment.shillings + 7 : payment.shillings;
  const [script, fault] = [voucherTrick(chance), callTrick(chance, "redeem_voucher")];
  if (script) await control.scriptCallbacks({ kind: "purchase", sessionId, times: 1, script });
  const amountCents = BigInt(shillings) * 100n;
  const { voucher } = await control.createVoucher({ amountCents, sessionId, callbackUrl });
  if (fault) await control.addFault({ ...fault, voucherCode: voucher.code });
  world.count(`callback of a voucher: ${kindOf(script)}`);
  world.count(`call: ${kindOf(fault)}`);
  return `buys for ${shillings}; callback: ${inWords(script)}; call: ${inWords(fault)}`;
}

async function comeBack(world: World, payment: Payment, chance: Chance): Promise<string> {
  const { sessionId } = world.of(payment);
  if (sessionId === "") return "no page was opened";
  const bought = (await world.control.payments({ sessionId })).at(-1);
  const carries = chance.happens(0.7);
  await acceptVoucherReturn(world.customerOf(payment).ctx, {
    sessionId,
    voucher: carries ? (bought?.voucherCode ?? undefined) : undefined,
    paymentId: carries ? bought?.id : undefined,
  });
  return carries ? "with the code" : "without the code";
}

async function paste(world: World, payment: Payment): Promise<string> {
  const { sessionId } = world.of(payment);
  const bought =
    sessionId === "" ? undefined : (await world.control.payments({ sessionId })).at(-1);
  if (!bought?.voucherCode) return "has no code";
  await pasteVoucherCode(world.customerOf(payment).ctx, { code: bought.voucherCode });
  return "pastes the code";
}

async function lookNow(world: World, payment: Payment): Promise<string> {
  const { depositIds, withdrawalIds } = world.of(payment);
  const { ctx } = world.customerOf(payment);
  for (const paymentId of [...depositIds, ...withdrawalIds])
    await checkPaymentNow(ctx, { paymentId });
  return "asked for";
}

async function stopWaiting(world: World, payment: Payment): Promise<string> {
  const { depositIds, withdrawalIds, sessionId } = world.of(payment);
  const { ctx } = world.customerOf(payment);
  if (payment.road === "voucher") {
    if (sessionId !== "") await cancelVoucherDeposit(ctx, { sessionId });
    return "leaves the page";
  }
  for (const withdrawalId of withdrawalIds) {
    if (await cancelWithdrawal(ctx, { withdrawalId })) return `took back ${withdrawalId}`;
  }
  for (const paymentId of depositIds) await cancelMpesaDeposit(ctx, { paymentId });
  return "waits no longer";
}

/** The provider says again, three times at once, what it said about this payment before. */
async function hearAgain(world: World, payment: Payment): Promise<string> {
  const { depositIds, withdrawalIds, refundIds, sessionId } = world.of(payment);
  const msisdn = world.phoneOf(payment).slice(1);
  const ids = [...depositIds, ...withdrawalIds, ...refundIds];
  const told = (await world.control.callbacks()).filter(
    (callback) =>
      callback.state === "delivered" &&
      (ids.some((id) => callback.url.includes(id)) ||
        (sessionId !== "" && callback.sessionId === sessionId) ||
        callback.msisdn === msisdn),
  );
  for (const { id } of told)
    await world.control.duplicateCallback(id, { copies: 3, parallel: true });
  return `${told.length} messages again`;
}

/** Everybody acts on it at the same moment. */
async function race(world: World, event: PaymentEvent, chance: Chance): Promise<void> {
  const { payment, crash } = event;
  const about = (who: string) => ({ payment, who, deed: "race", crash: null });
  const isVoucher = payment.road === "voucher";
  await Promise.all([
    tried(world, { ...about("provider"), crash }, () => hearAgain(world, payment)),
    tried(world, about("customer"), () =>
      isVoucher ? comeBack(world, payment, chance) : stopWaiting(world, payment),
    ),
    tried(world, about("customer"), () =>
      isVoucher ? paste(world, payment) : lookNow(world, payment),
    ),
    workMessages(world, null),
  ]);
}

/** Staff ask M-Pesa about a receipt that the customer's SMS shows, or about somebody else's. */
async function askAboutReceipt(world: World, payment: Payment, chance: Chance): Promise<string> {
  const { depositIds } = world.of(payment);
  const depositId = depositIds[0];
  if (depositId === undefined) return "no deposit";
  const { merchant } = world.customerOf(payment);
  const msisdn = world.phoneOf(payment).slice(1);
  const isOwn = chance.happens(0.7);
  const paid = await world.control.customerPayments(isOwn ? { msisdn } : {});
  const receipt = paid.length === 0 ? "ZZZ0000000" : chance.pick(paid).receipt;
  await askReceipt(merchant.maker, { depositId, receipt, reason: "the customer showed the SMS" });
  return `asked about ${receipt}`;
}
