import { promptQuestion } from "@/sandbox/phone/sms-texts";
import type { DarajaAccount } from "./accounts";
import type { PushMagic } from "./magic";
import type { Push } from "./push";

const PROMPT_CHARACTERS_MAX = 182;

/** A result that is settled before anybody looks at the phone; undefined leaves it to the person. */
export function fateOfPush(
  push: Push,
  circumstances: {
    magic: PushMagic;
    account: DarajaAccount;
    isLocked: boolean;
    isRepeat: boolean;
    isKnownPartyB: boolean;
  },
): PushMagic["fate"] {
  const { account } = circumstances;
  if (circumstances.isLocked) return { resultCode: "1001", shown: false };
  if (push.partyB !== account.partyB) {
    return { resultCode: circumstances.isKnownPartyB ? "2028" : "SFC_IC0003", shown: false };
  }
  const question = promptQuestion({
    asks: account.kind,
    amountCents: push.amountCents,
    business: account.name,
    reference: push.accountReference,
  });
  const isTooLong = question.length + push.transactionDesc.length > PROMPT_CHARACTERS_MAX;
  if (isTooLong) return { resultCode: "1025", shown: false };
  if (circumstances.isRepeat) return { resultCode: "17", shown: false };
  return circumstances.magic.fate;
}
