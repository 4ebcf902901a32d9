import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { LinkButton } from "@/components/ui/link-button";
import { Notice } from "@/components/ui/notice";
import type { WithdrawalAllowance } from "@/lib/payments/schemas";
import type { Method } from "./method-choice";
import { PAYOUT_PAGES } from "./payout-choice";
import { roomText, type PayoutRoom } from "./payout-room";

interface Props {
  allowance: WithdrawalAllowance;
  method: Method;
}

/** The method does not pay out now: where the money is, and the other way out if it is open. */
export async function NoPayouts({
  allowance,
  method,
  merchant,
}: Props & { merchant: { name: string; supportLine: string } }) {
  const [t, names] = await Promise.all([getTranslations("withdraw"), getTranslations("methods")]);
  const other = method === "mpesa" ? "pesavoucher" : "mpesa";
  const isPaused = allowance.methods[method].state === "paused";
  return (
    <>
      <Notice tone="checking">
        <h2 className="font-semibold">
          {t(isPaused ? "pausedTitle" : "offTitle", { method: names(method) })}
        </h2>
        <p>{isPaused ? t("pausedBody", { method: names(method) }) : t("offBody")}</p>
      </Notice>
      {allowance.methods[other].state === "on" && (
        <LinkButton href={PAYOUT_PAGES[other]}>
          {t("useOther", { method: names(other) })}
        </LinkButton>
      )}
      <p>{t("contact", { merchant: merchant.name, line: merchant.supportLine })}</p>
    </>
  );
}

/** Nothing can be taken out by this method now: how much is there, and how much it takes. */
export async function NoRoom({
  allowance,
  method,
  room,
}: Props & { room: Exclude<PayoutRoom, { kind: "open" }> }) {
  const [t, names] = await Promise.all([getTranslations("withdraw"), getTranslations("methods")]);
  const { fee } = allowance.methods[method];
  const said = {
    method: names(method),
    min: roomText(room.minCents),
    fee: amountText(fee, { whole: true }),
    available: amountText(allowance.available),
    left: amountText(allowance.payment_left, { whole: true }),
  };
  if (room.kind === "limit_reached") {
    return (
      <Notice>
        <h2 className="font-semibold">{t("reachedTitle")}</h2>
        <p>{t("reached", said)}</p>
      </Notice>
    );
  }
  return (
    <>
      <Notice>
        <h2 className="font-semibold">{t("lowTitle")}</h2>
        <p>{t(fee === "0.00" ? "lowNoFee" : "low", said)}</p>
      </Notice>
      <LinkButton href="/deposit">{t("deposit")}</LinkButton>
    </>
  );
}
