import { getTranslations } from "next-intl/server";
import { eatFormatter } from "@/components/checkout/eat-time";
import { amountText } from "@/components/ui/amount-text";
import { Notice } from "@/components/ui/notice";
import type { BalanceHistory } from "@/lib/recovery/schemas";
import { CaseFileLink } from "./case-file-link";
import { Panel, PanelRow } from "./panel";
import { RowForm } from "./row-form";
import { StatementTable } from "./statement-table";

/** The voucher books beside the provider's balance, day by day. */
export async function StatementBalances(props: { balances: BalanceHistory; csrfToken: string }) {
  const { balances, csrfToken } = props;
  const [t, time] = await Promise.all([getTranslations("statements"), eatFormatter()]);
  return (
    <section className="grid gap-3" id="balances">
      <h2 className="text-lg font-semibold">{t("balances")}</h2>
      <p className="text-soft">{t("balancesHow")}</p>
      <StatementBalanceAlert balances={balances} />
      {balances.rows.length === 0 ? (
        <p className="text-soft">{t("balancesEmpty")}</p>
      ) : (
        <StatementTable
          caption={t("balancesTitle")}
          head={[t("comparedAt"), t("drift"), t("booked"), t("provider"), t("underWay")]}
          rows={balances.rows.map((row) => ({
            key: row.day.toISOString(),
            cells: [
              time(row.comparedAt.toISOString()),
              // First of all figures: a phone shows the others only when the table is moved.
              amountText(row.drift),
              amountText(row.booked),
              amountText(row.provider),
              amountText(row.inFlight),
            ],
          }))}
        />
      )}
      <div className="sm:w-fit">
        <RowForm
          action="/dashboard/statements/compare"
          csrfToken={csrfToken}
          label={t("compareNow")}
          fullLabel={t("compareNow")}
        />
      </div>
    </section>
  );
}

/** Says that the balance moved by what nobody booked, and which open payments could be why. */
export async function StatementBalanceAlert({ balances }: { balances: BalanceHistory }) {
  const [t, time] = await Promise.all([getTranslations("statements"), eatFormatter()]);
  const { alert, candidates } = balances;
  if (!alert) return null;
  return (
    <>
      <div role="alert">
        <Notice tone="checking">
          <h2 className="font-semibold">{t("driftTitle", { amount: amountText(alert.drift) })}</h2>
          <p>{t("driftWhat", { time: time(alert.since.toISOString()) })}</p>
        </Notice>
      </div>
      <Panel
        title={t("candidates")}
        empty={t("candidatesEmpty")}
        rows={candidates.map((row) => (
          <PanelRow
            key={row.id}
            title={[t(`driftReasons.${row.why}`), row.amount && amountText(row.amount)]
              .filter(Boolean)
              .join(" · ")}
            lines={[time(row.at.toISOString()), <code key="id">{row.id}</code>]}
            action={<CaseFileLink paymentId={row.id} />}
          />
        ))}
      />
    </>
  );
}
