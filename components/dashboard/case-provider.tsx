import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { Facts } from "@/components/ui/facts";
import type { CaseAnswer, CaseFile, CasePrompt, CaseVoucher } from "@/lib/recovery/schemas";
import { PayoutFacts } from "./case-payout";
import { CaseSaid } from "./case-said";
import { CaseSection } from "./case-section";
import { exactTimeFormatter } from "./exact-time";
import { LongId } from "./raw-text";

/** What the provider was asked by, and everything it has said since. */
export async function CaseProvider({ file }: { file: CaseFile }) {
  const t = await getTranslations("caseFile");
  const isMpesa = file.payment.method === "mpesa";
  return (
    <CaseSection id="provider" title={isMpesa ? t("mpesaSaid") : t("voucherSaid")}>
      {file.prompt && <PromptFacts prompt={file.prompt} payment={file.payment} />}
      {file.voucher && <VoucherFacts voucher={file.voucher} />}
      {file.payout && <PayoutFacts payout={file.payout} payment={file.payment} />}
    </CaseSection>
  );
}

async function PromptFacts(props: { prompt: CasePrompt; payment: CaseFile["payment"] }) {
  const { prompt, payment } = props;
  const [t, time] = await Promise.all([getTranslations("caseFile"), exactTimeFormatter()]);
  const said = (answer: CaseAnswer | null) => answer && <CaseSaid answer={answer} time={time} />;
  const id = (value: string | null, none: string) => (value ? <LongId>{value}</LongId> : none);
  const paidAt = payment.prompt?.paid_at;
  return (
    <Facts
      rows={[
        [t("phone"), payment.prompt?.phone ?? null],
        [t("shortcode"), [prompt.shortcode, prompt.tillNumber].filter(Boolean).join(" · ")],
        [t("environment"), <LongId key="environment">{prompt.environment}</LongId>],
        [t("accountReference"), id(payment.public_code, "")],
        [t("promptedAt"), prompt.sentAt ? time(prompt.sentAt) : t("neverPrompted")],
        ["CheckoutRequestID", id(prompt.checkoutRequestId, t("notTold"))],
        ["MerchantRequestID", id(prompt.merchantRequestId, t("notTold"))],
        [t("callback"), said(prompt.callback) ?? t("noCallback")],
        [t("query"), said(prompt.query) ?? t("noQuery")],
        [t("noes"), prompt.noes],
        [t("receipt"), id(payment.provider_receipt, t("notTold"))],
        [t("providerTime"), paidAt ? time(new Date(paidAt)) : t("notTold")],
        [t("payer"), prompt.payer],
      ]}
    />
  );
}

async function VoucherFacts({ voucher }: { voucher: CaseVoucher }) {
  const [t, time] = await Promise.all([getTranslations("caseFile"), exactTimeFormatter()]);
  const { providerPaymentId, providerPaidAt } = voucher;
  return (
    <>
      <Facts
        rows={[
          [
            t("providerPayment"),
            providerPaymentId ? <LongId key="id">{providerPaymentId}</LongId> : t("notTold"),
          ],
          [t("boughtAt"), providerPaidAt ? time(providerPaidAt) : t("notTold")],
        ]}
      />
      {voucher.claims.map((claim) => (
        <div key={claim.id} className="rounded-box border border-line bg-raised px-3">
          <Facts
            rows={[
              [t("code"), <LongId key="code">{claim.code}</LongId>],
              [t("claimState"), t(`claimStates.${claim.state}`)],
              [t("refusal"), claim.refusal && <LongId key="refusal">{claim.refusal}</LongId>],
              [t("worth"), claim.amount && amountText(claim.amount)],
              [t("redeemSentAt"), claim.redeemSentAt && time(claim.redeemSentAt)],
            ]}
          />
        </div>
      ))}
    </>
  );
}
