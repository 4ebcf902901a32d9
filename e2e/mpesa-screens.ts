import { expect, type Page } from "@playwright/test";
import { ageDeposit } from "@/prisma/factories/age-deposit";
import type { SandboxControl } from "@/sandbox/control/client";
import {
  askForPrompt,
  expectAsking,
  expectChecking,
  expectLookedUp,
  fillMpesaForm,
  MINUTE_MS,
  MONEY_STAYED,
  payButton,
} from "./mpesa-journey";
import { expectPaid } from "./journey";

const CHECK_AGAIN = ["I have paid, check again", "Nimelipa, angalia tena"] as const;
const TRY_AGAIN = ["Try again with KSh 500", "Jaribu tena kwa KSh 500"] as const;

/** One state of the M-Pesa pages, and the control that moves on from it in English and Kiswahili. */
export interface MpesaScreen {
  readonly path: string;
  readonly moveOn: readonly [en: string, sw: string] | null;
}

/** Brings one customer through the screens of a prompt that waits, in this order, and looks at each. */
export async function visitWaitingScreens(
  page: Page,
  sandbox: SandboxControl,
  msisdn: string,
  look: (screen: MpesaScreen) => Promise<void>,
): Promise<void> {
  await sandbox.scriptCallbacks({ kind: "stk", msisdn, script: { drop: true } });
  await sandbox.scriptQueries({ msisdn, script: { answer: "error_empty" } });
  await fillMpesaForm(page, { amount: "0.50", phone: "0712" });
  await payButton(page).click();
  await expect(page.locator("#phone-problem")).toBeVisible();
  const { pathname, search } = new URL(page.url());
  await look({ path: pathname + search, moveOn: null });

  await inEnglish(page);
  const id = await askForPrompt(page, { amount: "500", phone: msisdn });
  await look({ path: `/payments/${id}`, moveOn: CHECK_AGAIN });
  await look({ path: `/payments/${id}?notice=first-prompt`, moveOn: CHECK_AGAIN });

  await inEnglish(page);
  await ageDeposit(id, 6 * MINUTE_MS);
  await page.goto(`/payments/${id}`);
  await expectAsking(page);
  await look({ path: `/payments/${id}`, moveOn: CHECK_AGAIN });

  await inEnglish(page);
  await expectLookedUp(id);
  await ageDeposit(id, 2_880 * MINUTE_MS);
  await page.goto(`/payments/${id}`);
  await expectChecking(page, "M-Pesa has not confirmed this payment yet.");
  await look({ path: `/payments/${id}`, moveOn: null });
}

/** The same for prompts that are over: with a wait, for another phone, for nobody, and paid. */
export async function visitEndedScreens(
  page: Page,
  sandbox: SandboxControl,
  msisdn: string,
  look: (screen: MpesaScreen) => Promise<void>,
): Promise<void> {
  // Each of another amount: M-Pesa does not show the same one twice within a moment.
  const endings: readonly (readonly [
    amount: string,
    code: string,
    moveOn: MpesaScreen["moveOn"],
  ])[] = [
    ["500", "1032", TRY_AGAIN],
    ["510", "8006", ["Use another phone number", "Tumia namba nyingine ya simu"]],
    ["520", "8", null],
  ];
  for (const [amount, resultCode, moveOn] of endings) {
    await inEnglish(page);
    const id = await askForPrompt(page, { amount });
    const push = (await sandbox.listPushes({ msisdn })).at(-1);
    await sandbox.endPush(push?.checkoutRequestId ?? "", { resultCode });
    await expect(page.getByRole("heading", { name: MONEY_STAYED })).toBeVisible();
    // Its wait lasts as long as anybody looks.
    await ageDeposit(id, -10 * MINUTE_MS);
    await look({ path: `/payments/${id}`, moveOn });
    await ageDeposit(id, 20 * MINUTE_MS);
  }
  await inEnglish(page);
  const id = await askForPrompt(page, { amount: "530" });
  await sandbox.enterPin(msisdn);
  await expectPaid(page, "KSh 530.00");
  await look({ path: `/payments/${id}`, moveOn: ["See receipt", "Ona risiti"] });
  await look({ path: `/payments/${id}/receipt`, moveOn: null });
  await look({ path: "/payments", moveOn: null });
}

async function inEnglish(page: Page): Promise<void> {
  await page.context().clearCookies({ name: "malipo.locale" });
}
