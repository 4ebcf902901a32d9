import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { amountText } from "@/components/ui/amount-text";
import { Button } from "@/components/ui/button";
import { SubmitOnce } from "@/components/ui/submit-once";
import type { WithdrawalForPeople } from "@/lib/recovery/schemas";
import { ageFormatter } from "./age";
import { CaseFileLink } from "./case-file-link";
import { NoteField } from "./note-field";
import { LongId } from "./raw-text";
import { sumText } from "./sum-text";

interface Props {
  row: WithdrawalForPeople;
  nowMs: number;
  csrfToken: string;
  /** Why the last try to reject this very row was not taken. */
  noteProblem?: string;
}

/** One withdrawal that waits, as a sentence, and what may be decided about it. */
export async function ApprovalRow({ row, nowMs, csrfToken, noteProblem }: Props) {
  const [t, sentence, age] = await Promise.all([
    getTranslations("dashboardPayouts"),
    approvalSentence(),
    ageFormatter(),
  ]);
  const leftMs = row.endsAt.getTime() - nowMs;
  const waits = { age: age(nowMs - row.createdAt.getTime()), left: age(leftMs) };
  const isFree = row.fee === "0.00";
  return (
    <li className="grid gap-2 p-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <p className="font-semibold wrap-anywhere">{sentence(row)}</p>
          <p className="text-sm text-soft">
            {row.askedBy === null ? t("askedByCustomer") : t("askedByStaff", { name: row.askedBy })}{" "}
            {isFree ? t("noFee") : t("fee", { fee: amountText(row.fee) })}
          </p>
          <p className="text-sm text-soft">{leftMs > 0 ? t("waits", waits) : t("overdue")}</p>
          <p className="text-sm text-soft">
            <LongId>{row.id}</LongId>
          </p>
        </div>
        <CaseFileLink paymentId={row.id} />
      </div>
      {row.isMine ? (
        <p>{t("mine")}</p>
      ) : (
        <div className="grid gap-x-8 md:grid-cols-2">
          <ApproveForm row={row} csrfToken={csrfToken} />
          <RejectForm row={row} csrfToken={csrfToken} noteProblem={noteProblem} />
        </div>
      )}
    </li>
  );
}

async function ApproveForm({ row, csrfToken }: Pick<Props, "row" | "csrfToken">) {
  const [t, methods] = await Promise.all([
    getTranslations("dashboardPayouts"),
    getTranslations("methods"),
  ]);
  const amount = amountText(row.amount);
  return (
    <Decision
      verb="approve"
      row={row}
      csrfToken={csrfToken}
      summary={t("approve")}
      label={t("approveOf", { id: row.id })}
      what={t("approveWhat", { amount, to: row.to, method: methods(row.method) })}
    >
      <NoteField id={`approve-${row.id}`} label={t("approveNote")} hint={t("approveNoteHint")} />
      <Button busyLabel={t("approving")}>{t("approveSubmit", { amount })}</Button>
    </Decision>
  );
}

async function RejectForm({
  row,
  csrfToken,
  noteProblem,
}: Pick<Props, "row" | "csrfToken" | "noteProblem">) {
  const t = await getTranslations("dashboardPayouts");
  const total = sumText(row.amount, row.fee);
  return (
    <Decision
      verb="reject"
      row={row}
      csrfToken={csrfToken}
      summary={t("reject")}
      label={t("rejectOf", { id: row.id })}
      what={t("rejectWhat", { total, customer: row.customer })}
      open={noteProblem !== undefined}
    >
      <NoteField
        // The line at the top of the page leads to the field it complains about.
        id={noteProblem === undefined ? `reject-${row.id}` : "note"}
        label={t("rejectNote")}
        hint={t("rejectNoteHint")}
        problem={noteProblem}
        required
      />
      <Button kind="secondary" busyLabel={t("rejecting")}>
        {t("rejectSubmit", { total })}
      </Button>
    </Decision>
  );
}

/** Opens what will happen, and the button that makes it happen: nobody decides by one tap. */
function Decision(props: {
  verb: "approve" | "reject";
  row: WithdrawalForPeople;
  csrfToken: string;
  summary: string;
  label: string;
  what: string;
  open?: boolean;
  children: ReactNode;
}) {
  const { verb, row, csrfToken } = props;
  return (
    <details open={props.open} className="border-t border-line">
      <summary
        aria-label={props.label}
        className="flex min-h-12 cursor-pointer items-center font-semibold text-action underline underline-offset-4"
      >
        {props.summary}
      </summary>
      <SubmitOnce
        method="post"
        action={`/dashboard/withdrawals/${row.id}/${verb}`}
        className="grid gap-3 pb-3"
        noValidate
      >
        <input type="hidden" name="csrf" value={csrfToken} />
        <input type="hidden" name="withdrawal" value={row.id} />
        <p>{props.what}</p>
        {props.children}
      </SubmitOnce>
    </details>
  );
}

/** Who takes out how much, by which way and to whom. */
export async function approvalSentence(): Promise<(row: WithdrawalForPeople) => string> {
  const [t, methods] = await Promise.all([
    getTranslations("dashboardPayouts"),
    getTranslations("methods"),
  ]);
  return (row) =>
    t("wants", {
      customer: row.customer,
      amount: amountText(row.amount),
      method: methods(row.method),
      to: row.to,
      whose: `${row.isOwn ? "own" : "other"}${row.method === "mpesa" ? "Phone" : "Email"}`,
    });
}
