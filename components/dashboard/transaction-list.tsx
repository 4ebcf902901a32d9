import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { amountText } from "@/components/ui/amount-text";
import { buttonLook } from "@/components/ui/button-look";
import { LinkButton } from "@/components/ui/link-button";
import { StatusBadge, type Status } from "@/components/ui/status-badge";
import type { TransactionForPeople, TransactionPage } from "@/lib/recovery/schemas";
import { CaseFileLink } from "./case-file-link";
import { exactTimeFormatter } from "./exact-time";
import { Panel, PanelRow } from "./panel";
import { transactionsHref, type ChosenFilters } from "./transaction-href";

const LOOK_OF_STANDING: Readonly<Record<TransactionForPeople["standing"], Status>> = {
  fresh: "waiting",
  matched: "paid",
  suspense: "checking",
  booked: "paid",
  unmatched: "checking",
  returned: "given_back",
};

/** One line of M-Pesa's books in one sentence, why it stands where it does, and what to do about it. */
export async function TransactionList(props: { page: TransactionPage; filters: ChosenFilters }) {
  const { page, filters } = props;
  const t = await getTranslations("transactions");
  const { nextCursor } = page;
  const empty = filters.text !== "" ? t("notFound") : t(`empty.${filters.view}`);
  const rows = await Promise.all(page.transactions.map((row) => rowOf(row)));
  return (
    <>
      <Panel
        title={t(`views.${filters.view}`)}
        empty={empty}
        rows={rows}
        count={nextCursor === null ? rows.length : null}
      />
      {nextCursor !== null && (
        <div className="sm:w-fit">
          <LinkButton kind="secondary" href={transactionsHref(filters, nextCursor)}>
            {t("older")}
          </LinkButton>
        </div>
      )}
    </>
  );
}

async function rowOf(row: TransactionForPeople) {
  const [t, time] = await Promise.all([getTranslations("transactions"), exactTimeFormatter()]);
  const { cause } = row;
  const isOpen = row.standing === "suspense" || row.standing === "unmatched";
  const isOurTurn = isOpen && row.notedAt === null;
  const amount = amountText(row.amount.replace("-", ""));
  return (
    <PanelRow
      key={row.id}
      title={t(`sentences.${row.kind}`, {
        amount,
        reference: row.reference ?? "none",
        payer: row.payer ?? "none",
      })}
      lines={[
        <StatusBadge
          key="standing"
          status={row.notedAt === null ? LOOK_OF_STANDING[row.standing] : "given_back"}
          word={row.notedAt === null ? t(`standings.${row.standing}`) : t("noted")}
        />,
        ...(cause !== null && isOpen ? [t(`causes.${cause}`)] : []),
        ...(cause !== null && isOurTurn ? [t(`actions.${cause}`)] : []),
        [row.receipt, row.shortcode, time(row.occurredAt), t(`sources.${row.source}`)].join(" · "),
      ]}
      action={<RowLink row={row} isOurTurn={isOurTurn} />}
    />
  );
}

async function RowLink({ row, isOurTurn }: { row: TransactionForPeople; isOurTurn: boolean }) {
  const t = await getTranslations("transactions");
  if (isOurTurn) {
    return (
      <div>
        <Link
          href={`/dashboard/review/${row.id}`}
          prefetch={false}
          aria-label={t("reviewOf", { receipt: row.receipt })}
          className={buttonLook("secondary")}
        >
          {t("review")}
        </Link>
      </div>
    );
  }
  const { paymentId } = row;
  return paymentId !== null && /^(dep|wdr)_/.test(paymentId) ? (
    <CaseFileLink paymentId={paymentId} />
  ) : null;
}
