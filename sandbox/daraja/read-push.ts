import type { World } from "@/sandbox/world";
import { isGoodCallbackUrl } from "./callback-url";
import { fieldOf, type DarajaCall } from "./daraja-call";

type FieldCheck = readonly [field: string, isGood: (text: string, strict: boolean) => boolean];

const AMOUNT_MAX = 250_000;
const DESCRIPTION_CHARACTERS_MAX = 13;

export const isShortcode = (text: string): boolean => /^\d{5,7}$/.test(text);
export const isTimestamp = (text: string): boolean => /^\d{14}$/.test(text);
export const isPhone = (text: string): boolean => /^254[17]\d{8}$/.test(text);
/** Whole shillings that a customer can pay at once. */
export const isCollectedAmount = (text: string): boolean =>
  /^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= AMOUNT_MAX;

// The order in which the gateway names them; the first that is missing or wrong is the answer.
const CHECKS: readonly FieldCheck[] = [
  ["BusinessShortCode", isShortcode],
  ["Password", () => true],
  ["Timestamp", isTimestamp],
  ["Amount", isCollectedAmount],
  ["PhoneNumber", isPhone],
  ["PartyA", isPhone],
  ["CallBackURL", isGoodCallbackUrl],
  ["TransactionType", (text) => /^Customer(?:PayBill|BuyGoods)Online$/.test(text)],
  ["PartyB", isShortcode],
  ["AccountReference", (text) => text.length <= 12],
];

/** The first field of a push that the gateway would not take; undefined when all are good. */
export function findBadPushField(call: DarajaCall, world: World): string | undefined {
  const { strictMode } = world.settings.current;
  const bad = CHECKS.find(([field, isGood]) => {
    const text = fieldOf(call, field);
    return text === undefined || !isGood(text, strictMode);
  });
  if (bad) return bad[0];
  const description = fieldOf(call, "TransactionDesc") ?? "";
  const isTooLong = strictMode && description.length > DESCRIPTION_CHARACTERS_MAX;
  return isTooLong ? "TransactionDesc" : undefined;
}
