import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { Facts } from "@/components/ui/facts";
import { Notice } from "@/components/ui/notice";
import type {
  CaseAnswer,
  CaseFile,
  CaseFloat,
  CaseFloatHint,
  CasePayout,
} from "@/lib/recovery/schemas";
import { CaseSaid } from "./case-said";
import { exactTimeFormatter } from "./exact-time";
import { floatVerdict } from "./float-verdict";
import { LongId } from "./raw-text";

interface Props {
  payout: CasePayout;
  payment: CaseFile["payment"];
}

/** What the provider was ordered to pay, and everything it has said of that. */
export async function PayoutFacts({ payout, payment }: Props) {
  const [t, time] = await Promise.all([getTranslations("caseFile"), exactTimeFormatter()]);
  const at = (instant: Date | null, none: string | null) => (instant ? time(instant) : none);
  const orders = [
    [t("orderedAt"), at(payout.sentAt, t("notOrdered"))],
    [t("ourId"), <LongId key="ref">{payout.providerRef}</LongId>],
  ] as const;
  return (
    <>
      {payment.method === "mpesa" ? (
        <Facts rows={[...orders, ...(await mpesaRows({ payout, payment }))]} />
      ) : (
        <Facts rows={[...orders, ...(await voucherRows({ payment }))]} />
      )}
      {payout.floatHint && payment.amount_asked && (
        <FloatHint hint={payout.floatHint} amount={payment.amount_asked} />
      )}
    </>
  );
}

async function mpesaRows({ payout, payment }: Props) {
  const [t, time] = await Promise.all([getTranslations("caseFile"), exactTimeFormatter()]);
  const id = (value: string | null) => (value ? <LongId>{value}</LongId> : t("notTold"));
  const at = (instant: Date | null) => (instant ? time(instant) : null);
  const said = (answer: CaseAnswer | null) => answer && <CaseSaid answer={answer} time={time} />;
  return [
    [t("shortcode"), payout.shortcode],
    [t("environment"), payout.environment && <LongId key="in">{payout.environment}</LongId>],
    ["ConversationID", id(payout.conversationId)],
    [t("takenAt"), at(payout.submittedAt)],
    [t("result"), said(payout.result) ?? t("noResult")],
    [t("timedOut"), at(payout.timedOutAt)],
    [t("query"), said(payout.status) ?? t("noQuery")],
    [t("unansweredAsks"), payout.statusAsks],
    [t("receipt"), id(payment.provider_receipt)],
    [t("paidTo"), payment.payout?.receiver ?? null],
  ] as const;
}

async function voucherRows({ payment }: Pick<Props, "payment">) {
  const [t, time] = await Promise.all([getTranslations("caseFile"), exactTimeFormatter()]);
  const redeemedAt = payment.payout?.redeemed_at;
  const isIssued = payment.voucher !== null;
  return [
    [t("voucherId"), payment.provider_receipt && <LongId>{payment.provider_receipt}</LongId>],
    [t("code"), payment.voucher && <LongId>{payment.voucher}</LongId>],
    [t("redeemedAt"), redeemedAt ? time(new Date(redeemedAt)) : isIssued ? t("notRedeemed") : null],
  ] as const;
}

/** The balance before and after an order without an answer: what it suggests, and that it proves nothing. */
async function FloatHint({ hint, amount }: { hint: CaseFloatHint; amount: string }) {
  const [t, time] = await Promise.all([getTranslations("caseFile"), exactTimeFormatter()]);
  const seen = (float: CaseFloat | null) =>
    float ? `${amountText(float.amount)} · ${time(float.at)}` : t("floatNotSeen");
  return (
    <Notice>
      <h3 className="text-base font-semibold">{t("floatTitle")}</h3>
      <Facts
        rows={[
          [t("floatBefore"), seen(hint.before)],
          [t("floatAfter"), seen(hint.after)],
          [t("floatFell"), hint.fell && amountText(hint.fell)],
          [t("floatOthers"), hint.otherOrders === 0 ? null : hint.otherOrders],
        ]}
      />
      <p>{t(floatVerdict(hint, amount))}</p>
    </Notice>
  );
}
