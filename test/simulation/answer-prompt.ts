import type { Life } from "./life";
import type { Answer } from "./prompt-steps";

const PIN_TRIES = 3;
const USUAL_BALANCE_CENTS = 50_000_000n;

/** The person with the phone does something about the prompt of this deposit, if it shows one. */
export async function answerOnPhone(life: Life, depositId: string, answer: Answer): Promise<void> {
  const push = await life.pushOf(depositId);
  if (push?.state !== "open") return;
  const { msisdn } = push;
  const { openPrompt } = await life.control.phone(msisdn);
  if (openPrompt?.id !== push.promptId) return;
  switch (answer) {
    case "pin":
      await life.control.enterPin(msisdn);
      return;
    case "wrong_pin":
      for (let tries = 0; tries < PIN_TRIES; tries += 1)
        await life.control.answerPrompt(msisdn, "wrong_pin");
      return;
    case "decline":
    case "time_out":
      await life.control.answerPrompt(msisdn, answer);
      return;
    case "no_funds":
      await life.control.changePhone(msisdn, { balanceCents: 0n });
      await life.control.enterPin(msisdn);
      await life.control.changePhone(msisdn, { balanceCents: USUAL_BALANCE_CENTS });
  }
}

/** M-Pesa ends the prompt of this deposit with a code, before anybody has paid. */
export async function endPushOf(
  life: Life,
  depositId: string,
  resultCode: string | number,
): Promise<void> {
  const push = await life.pushOf(depositId);
  if (push?.state === "open") await life.control.endPush(push.checkoutRequestId, { resultCode });
}
