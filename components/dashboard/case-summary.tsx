import { getTranslations } from "next-intl/server";
import { Amount } from "@/components/ui/amount";
import { amountText } from "@/components/ui/amount-text";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { referenceText } from "@/components/ui/reference-text";
import { StatusBadge } from "@/components/ui/status-badge";
import { SubmitOnce } from "@/components/ui/submit-once";
import { Facts } from "@/components/ui/facts";
import type { CaseFile } from "@/lib/recovery/schemas";
import { CaseSection } from "./case-section";
import { exactTimeFormatter } from "./exact-time";
import { LongId } from "./raw-text";

interface Heading {
  file: CaseFile;
  csrfToken: string;
  /** Something of it waits to go back, or is on its way. */
  hasOpenRefund: boolean;
}

/** How much, where it stands, and the one thing to do about it. */
export async function CaseHeading({ file, csrfToken, hasOpenRefund }: Heading) {
  const [t, status, methods] = await Promise.all([
    getTranslations("caseFile"),
    getTranslations("status"),
    getTranslations("methods"),
  ]);
  const { payment } = file;
  const reference = referenceText(payment.public_code);
  const amount = payment.amount_paid ?? payment.amount_asked;
  return (
    <div className="grid gap-4 lg:grid-cols-[1fr_2fr] lg:items-start">
      <div className="grid gap-1">
        <h1 className="text-xl font-semibold">
          {payment.direction === "in" ? t("title", { reference }) : t("titleOut", { reference })}
        </h1>
        {amount && <Amount decimal={amount} />}
        <p>
          <StatusBadge status={payment.status} word={status(payment.status)} />
        </p>
      </div>
      <div className="grid gap-3">
        <Notice tone={payment.status === "checking" ? "checking" : "plain"}>
          <h2 className="font-semibold">{t("nextStep")}</h2>
          {hasOpenRefund ? (
            <a
              href="#refunds"
              className="inline-flex min-h-12 items-center text-action underline underline-offset-4"
            >
              {t("refundOpen")}
            </a>
          ) : (
            <p>{t(`nextSteps.${file.nextStep}`, { provider: methods(payment.method) })}</p>
          )}
        </Notice>
        {file.canAsk && <AskNow file={file} csrfToken={csrfToken} />}
      </div>
    </div>
  );
}

async function AskNow({ file, csrfToken }: { file: CaseFile; csrfToken: string }) {
  const t = await getTranslations("caseFile");
  return (
    <SubmitOnce
      method="post"
      action={`/dashboard/payments/${file.payment.id}/check`}
      className="sm:w-fit"
    >
      <input type="hidden" name="csrf" value={csrfToken} />
      <Button busyLabel={t("asking")}>
        {file.payment.method === "mpesa" ? t("askMpesa") : t("askVoucher")}
      </Button>
    </SubmitOnce>
  );
}

/** The payment's own row, whole. */
export async function CaseFacts({ file }: { file: CaseFile }) {
  const [t, methods, time] = await Promise.all([
    getTranslations("caseFile"),
    getTranslations("methods"),
    exactTimeFormatter(),
  ]);
  const { payment } = file;
  const isOut = payment.direction === "out";
  const at = (instant: Date | string | null) => instant && time(new Date(instant));
  return (
    <CaseSection id="payment" title={t("payment")}>
      <Facts
        rows={[
          [t("id"), <LongId key="id">{payment.id}</LongId>],
          [t("customer"), file.customer.name],
          [t("customerId"), <LongId key="customer">{file.customer.id}</LongId>],
          [t("method"), methods(payment.method)],
          [
            t("state"),
            <LongId key="state">
              {[payment.state, payment.reason].filter(Boolean).join(" · ")}
            </LongId>,
          ],
          [t("amountAsked"), payment.amount_asked && amountText(payment.amount_asked)],
          ...(await payoutRows(file)),
          [t("paid"), payment.amount_paid && amountText(payment.amount_paid)],
          [t("requestedAt"), at(payment.created_at)],
          [isOut ? t("paidOutAt") : t("settledAt"), at(payment.settled_at)],
          [isOut ? t("gaveUpAt") : t("failedAt"), at(file.failedAt)],
          [t("nextCheck"), at(file.nextCheckAt) ?? t("noCheck")],
          [t("checksDone"), file.checksDone],
          [t("deadline"), at(file.deadlineAt)],
        ]}
      />
    </CaseSection>
  );
}

/** Where the money goes, what it costs, who asked and who decided; nothing for money that comes in. */
async function payoutRows({ payment, payout: order }: CaseFile) {
  const [t, time] = await Promise.all([getTranslations("caseFile"), exactTimeFormatter()]);
  const { payout } = payment;
  if (!payout || !order) return [];
  const { askedBy, decision } = order;
  return [
    [t("fee"), amountText(payout.fee)],
    [t("total"), amountText(payout.total)],
    [t("to"), `${payout.to} · ${payout.is_own ? t("own") : t("another")}`],
    [t("payoutMessage"), payout.message],
    [t("askedBy"), askedBy ?? t("theCustomer")],
    [t("decidedBy"), decision && decision.by],
    [t("decidedAt"), decision?.at ? time(decision.at) : null],
    [t("decisionNote"), decision?.note ? decision.note : null],
  ] as const;
}
