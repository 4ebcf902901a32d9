import { expectInvariants, readBothBooks, type Books } from "./compare-books";
import type { Life } from "./life";
import { takePromptStep } from "./prompt-actions";
import { takeShopStep } from "./shop-actions";
import type { Step } from "./steps";
import { takeVoucherStep } from "./voucher-actions";

/** Does one step; whatever it did, the books must stand afterwards. */
export async function takeStep(life: Life, step: Step): Promise<void> {
  await perform(life, step);
  await expectSoundBooks(life);
}

export async function expectSoundBooks(life: Life): Promise<Books> {
  await expectInvariants();
  return readBothBooks(
    life.shop,
    life.customers.map(({ user }) => user),
  );
}

function perform(life: Life, step: Step): Promise<void> {
  switch (step.do) {
    case "deliver":
    case "work":
    case "jump":
    case "fault":
      return takeShopStep(life, step);
    case "open":
    case "buy":
    case "decline":
    case "return":
    case "paste":
    case "cancel":
    case "check":
    case "forge":
    case "race":
      return takeVoucherStep(life, step);
    case "prompt":
    case "tap again":
    case "retry":
    case "stop waiting":
    case "answer":
    case "end":
    case "mislead":
    case "check prompt":
    case "forge prompt":
    case "end tokens":
    case "race prompt":
      return takePromptStep(life, step);
  }
}
