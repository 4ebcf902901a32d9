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

/** How much, where it stands, and the one thing to do about it. */
export async function CaseHeading({ file, csrfToken }: { file: CaseFile; csrfToken: string }) {
  const [t, status] = await Promise.all([getTranslations("caseFile"), getTranslations("status")]);
  const { payment } = file;
  const amount = payment.amount_paid ?? payment.amount_asked;
  return (
    <div className="grid gap-4 lg:grid-cols-[1fr_2fr] lg:items-start">
      <div className="grid gap-1">
        <h1 className="text-xl font-semibold">
          {t("title", { reference: referenceText(payment.public_code) })}
        </h1>
        {amount && <Amount decimal={amount} />}
        <p>
          <StatusBadge status={payment.status} word={status(payment.status)} />
        </p>
      </div>
      <div className="grid gap-3">
        <Notice tone={payment.status === "checking" ? "checking" : "plain"}>
          <h2 className="font-semibold">{t("nextStep")}</h2>
          <p>{t(`nextSteps.${file.nextStep}`)}</p>
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
      <Button busyLabel={t("asking")}>{file.prompt ? t("askMpesa") : t("askVoucher")}</Button>
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
          [t("paid"), payment.amount_paid && amountText(payment.amount_paid)],
          [t("requestedAt"), at(payment.created_at)],
          [t("settledAt"), at(payment.settled_at)],
          [t("failedAt"), at(file.failedAt)],
          [t("nextCheck"), at(file.nextCheckAt) ?? t("noCheck")],
          [t("checksDone"), file.checksDone],
          [t("deadline"), at(file.deadlineAt)],
        ]}
      />
    </CaseSection>
  );
}
