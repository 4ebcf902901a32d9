import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { amountText } from "@/components/ui/amount-text";
import { Button } from "@/components/ui/button";
import { Facts } from "@/components/ui/facts";
import { SubmitOnce } from "@/components/ui/submit-once";
import type { RefundForPeople } from "@/lib/payments/refunds/schemas";
import { ageFormatter } from "./age";
import { CaseFileLink } from "./case-file-link";
import { exactTimeFormatter } from "./exact-time";
import { LinkButton } from "@/components/ui/link-button";
import { NoteField } from "./note-field";
import { LongId } from "./raw-text";
import { reviewPath } from "./review-path";

interface Props {
  row: RefundForPeople;
  nowMs: number;
  csrfToken: string;
  /** Why the last try to decide about this very refund was not taken. */
  problem?: string;
}

/** One refund: where it stands, who stands for it, and what may be done about it. */
export async function RefundRow({ row, nowMs, csrfToken, problem }: Props) {
  const [t, age] = await Promise.all([getTranslations("refunds"), ageFormatter()]);
  const amount = amountText(row.amount);
  const leftMs = row.endsAt.getTime() - nowMs;
  return (
    <li className="grid gap-2 p-3">
      <h3 className="font-semibold">{t(`standings.${row.standing}`, { amount })}</h3>
      {row.reason && <p>{t(`reasons.${row.reason}`)}</p>}
      {row.standing === "approval" && leftMs > 0 && (
        <p className="text-sm text-soft">{t("timeLeft", { left: age(leftMs) })}</p>
      )}
      <RefundFacts row={row} />
      {row.withdrawalId && <CaseFileLink paymentId={row.withdrawalId} />}
      {row.standing === "approval" && row.isMine && <p>{t("mine")}</p>}
      {row.standing === "approval" && !row.isMine && (
        <div className="grid gap-x-8 md:grid-cols-2">
          <Decision verb="approve" row={row} csrfToken={csrfToken} />
          <Decision verb="reject" row={row} csrfToken={csrfToken} problem={problem} />
        </div>
      )}
      {row.standing === "review" && row.method === "reversal" && (
        <div className="sm:w-fit">
          <LinkButton kind="secondary" href={reviewPath(row.id)}>
            {t("open")}
          </LinkButton>
        </div>
      )}
      {row.mayCancel && <Cancel row={row} csrfToken={csrfToken} />}
      {row.mayOrderAgain && (
        <Decision verb="again" row={row} csrfToken={csrfToken} problem={problem} />
      )}
    </li>
  );
}

async function RefundFacts({ row }: Pick<Props, "row">) {
  const [t, time] = await Promise.all([getTranslations("refunds"), exactTimeFormatter()]);
  return (
    <Facts
      rows={[
        [t("why"), row.why],
        [t("askedBy"), row.askedBy],
        [t("askedAt"), time(row.createdAt)],
        [t("decidedBy"), row.decision && row.decision.by],
        [t("note"), row.decision && row.decision.note],
        [t("doneAt"), row.standing === "done" && row.settledAt ? time(row.settledAt) : null],
        [t("to"), row.to],
        [t("receipt"), row.receipt && <LongId key="receipt">{row.receipt}</LongId>],
        [
          t("reversalReceipt"),
          row.providerReceipt && <LongId key="back">{row.providerReceipt}</LongId>,
        ],
        [t("id"), <LongId key="id">{row.id}</LongId>],
      ]}
    />
  );
}

type Verb = "approve" | "reject" | "again";

/** Opens what will happen, and the button that makes it happen: nobody decides by one tap. */
async function Decision(props: Omit<Props, "nowMs"> & { verb: Verb }) {
  const { verb, row, csrfToken, problem } = props;
  const t = await getTranslations("refunds");
  const amount = amountText(row.amount);
  return (
    <details open={problem !== undefined} className="border-t border-line">
      <summary className="flex min-h-12 cursor-pointer items-center font-semibold text-action underline underline-offset-4">
        {t(`verbs.${verb}`)}
      </summary>
      <RefundDoor row={row} csrfToken={csrfToken} verb={verb}>
        <p>{t(`what.${verb}`, { amount })}</p>
        <NoteField
          // The line at the top of the page leads to the field it complains about.
          id={problem === undefined ? `${verb}-${row.id}` : "note"}
          label={t(verb === "approve" ? "yourNote" : "yourReason")}
          hint={t(verb === "approve" ? "noteHint" : "reasonHint")}
          problem={problem}
          required={verb !== "approve"}
        />
        <Button kind={verb === "reject" ? "secondary" : undefined} busyLabel={t("asking")}>
          {t(`submits.${verb}`, { amount })}
        </Button>
      </RefundDoor>
    </details>
  );
}

async function Cancel({ row, csrfToken }: Pick<Props, "row" | "csrfToken">) {
  const t = await getTranslations("refunds");
  return (
    <RefundDoor row={row} csrfToken={csrfToken} verb="cancel">
      <Button kind="secondary" busyLabel={t("asking")}>
        {t("cancel")}
      </Button>
    </RefundDoor>
  );
}

function RefundDoor(props: {
  row: RefundForPeople;
  csrfToken: string;
  verb: Verb | "cancel";
  children: ReactNode;
}) {
  const { row, verb } = props;
  return (
    <SubmitOnce
      method="post"
      action={`/dashboard/refunds/${row.id}/${verb}`}
      className="grid gap-3 pb-3"
      noValidate
    >
      <input type="hidden" name="csrf" value={props.csrfToken} />
      <input type="hidden" name="refund" value={row.id} />
      <input type="hidden" name="of" value={row.depositId ?? row.transactionId ?? ""} />
      {props.children}
    </SubmitOnce>
  );
}
