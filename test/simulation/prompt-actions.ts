import { makeCtx } from "@/lib/context";
import { ConflictError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import { cancelMpesaDeposit } from "@/lib/payments/cancel-mpesa-deposit";
import { checkDeposit } from "@/lib/payments/check-deposit";
import { requestMpesaDeposit } from "@/lib/payments/request-mpesa-deposit";
import { retryMpesaDeposit } from "@/lib/payments/retry-mpesa-deposit";
import { checkPaymentNow } from "@/lib/recovery/check-payment-now";
import { answerOnPhone, endPushOf } from "./answer-prompt";
import { runUntilCrash, type CrashPoint } from "./crash-points";
import { forgePromptMessage } from "./forge-prompt";
import type { Life, PromptedDeposit, PromptForm } from "./life";
import { pick } from "./pick";
import type { PromptStep } from "./prompt-steps";
import { clock } from "./recover";

type StepOf<Name extends PromptStep["do"]> = Extract<PromptStep, { do: Name }>;

/** Does one thing about an M-Pesa prompt. */
export async function takePromptStep(life: Life, step: PromptStep): Promise<void> {
  switch (step.do) {
    case "prompt":
      return fillIn(life, step);
    case "tap again":
      return tapAgain(life, step);
    case "end tokens":
      await life.control.expireTokens();
      return;
    case "retry":
    case "stop waiting":
    case "answer":
    case "end":
    case "mislead":
    case "check prompt":
    case "forge prompt":
    case "race prompt":
      return takeStepAbout(life, step, pick(life.prompted, step.prompted));
  }
}

type LaterStep = Exclude<PromptStep, { do: "prompt" | "tap again" | "end tokens" }>;

async function takeStepAbout(
  life: Life,
  step: LaterStep,
  prompted: PromptedDeposit,
): Promise<void> {
  const { customer, depositId } = prompted;
  const payment = { paymentId: depositId };
  switch (step.do) {
    case "retry":
      return ask(life, () => retryMpesaDeposit(customer.ctx, payment), step.crash);
    case "stop waiting":
      await runUntilCrash(() => cancelMpesaDeposit(customer.ctx, payment), step.crash);
      return;
    case "answer":
      return answerOnPhone(life, depositId, step.answer);
    case "end":
      return endPushOf(life, depositId, step.resultCode);
    case "mislead":
      return mislead(life, depositId, step);
    case "check prompt":
      return checkPaymentNow(customer.ctx, payment);
    case "forge prompt":
      await forgePromptMessage(life, step.forgery, prompted);
      return life.workAfterAnswers(null);
    case "race prompt":
      return race(life, prompted);
  }
}

async function fillIn(life: Life, step: StepOf<"prompt">): Promise<void> {
  const customer = pick(life.customers, step.customer);
  const form: PromptForm = {
    customer,
    phone: pick(life.phones, step.phone),
    amountCents: step.amountCents,
    attemptKey: `form ${life.nextSerial()}`,
    shortcode: pick(customer.shortcodes, step.shortcode),
  };
  life.forms.push(form);
  if (Object.keys(step.callback).length > 0) {
    const msisdn = form.phone.slice(1);
    await life.control.scriptCallbacks({ kind: "stk", msisdn, times: 1, script: step.callback });
  }
  if (step.fault) await life.control.addFault(step.fault);
  await send(life, form, step.crash);
  const opened = life.prompted.at(-1);
  if (step.answer && opened) await answerOnPhone(life, opened.depositId, step.answer);
}

async function tapAgain(life: Life, { form, sends, crash }: StepOf<"tap again">): Promise<void> {
  const first = pick(life.forms, form);
  if (sends === "the same") return send(life, first, crash);
  const another = { ...first, attemptKey: `form ${life.nextSerial()}` };
  life.forms.push(another);
  await send(life, another, crash);
}

function send(life: Life, form: PromptForm, crash: CrashPoint | null): Promise<void> {
  return ask(life, () => requestMpesaDeposit(form.customer.ctx, fieldsOf(form)), crash);
}

function fieldsOf({ phone, amountCents, attemptKey, shortcode }: PromptForm) {
  return {
    phone,
    amount: decimalFromCents(amountCents),
    attemptKey,
    shortcode: shortcode ?? undefined,
  };
}

/** Asks for a prompt. A callback that outruns the gateway's answer is worked before that is read. */
async function ask(
  life: Life,
  request: () => Promise<unknown>,
  crash: CrashPoint | null,
): Promise<void> {
  await runUntilCrash(
    () => unlessTooSoon(request),
    crash,
    () => life.workAmid(),
  );
  await life.noticePrompted();
  await life.workAfterAnswers(null);
}

/** "Wait so many seconds" is a right answer to a tap; anything else that is thrown is not. */
async function unlessTooSoon(request: () => Promise<unknown>): Promise<void> {
  try {
    await request();
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}

async function mislead(
  life: Life,
  depositId: string,
  { script, times }: StepOf<"mislead">,
): Promise<void> {
  const push = await life.pushOf(depositId);
  if (!push) return;
  const { checkoutRequestId } = push;
  await life.control.scriptQueries({ checkoutRequestId, times, script });
}

/** The PIN is entered, and everybody acts on it at the same moment. */
async function race(life: Life, { customer, depositId }: PromptedDeposit): Promise<void> {
  await answerOnPhone(life, depositId, "pin");
  const push = await life.pushOf(depositId);
  if (push?.callbackId) await life.control.duplicateCallback(push.callbackId, { copies: 2 });
  const worker = makeCtx(customer.user.merchantId, { kind: "system", id: "race" }, { now: clock });
  await Promise.all([
    life.workAfterAnswers(null),
    checkDeposit(worker, { depositId }),
    cancelMpesaDeposit(customer.ctx, { paymentId: depositId }),
    unlessTooSoon(() => retryMpesaDeposit(customer.ctx, { paymentId: depositId })),
  ]);
  await life.noticePrompted();
}
