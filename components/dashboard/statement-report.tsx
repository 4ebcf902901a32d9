import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { amountText } from "@/components/ui/amount-text";
import { Facts } from "@/components/ui/facts";
import { Notice } from "@/components/ui/notice";
import { StatusBadge } from "@/components/ui/status-badge";
import type { ReportRow, StatementPreview, StatementReport } from "@/lib/recovery/schemas";
import { exactTimeFormatter } from "./exact-time";
import { StatementFold } from "./statement-fold";
import { StatementDoubts, StatementKinds } from "./statement-preview";
import { StatementTable } from "./statement-table";

/** Both books of one shortcode and period side by side, with every difference named. Prints on A4. */
export async function StatementReportPart(props: {
  report: StatementReport;
  preview: StatementPreview;
}) {
  const { report, preview } = props;
  const [t, time] = await Promise.all([getTranslations("statements"), exactTimeFormatter()]);
  return (
    <>
      <Verdict report={report} />
      <section className="grid gap-2">
        <h2 className="text-lg font-semibold">{t("equation")}</h2>
        <Facts
          rows={[
            [t("booksNet"), amountText(report.books.net)],
            [t("providerNet"), amountText(report.provider.net)],
            [
              t("inFlightSum", { count: report.inFlight.count }),
              amountText(report.inFlight.amount),
            ],
            [t("difference"), amountText(report.difference)],
          ]}
        />
      </section>
      <StatementKinds title={t("byProvider")} kinds={report.provider.kinds} />
      <StatementKinds title={t("byBooks")} kinds={report.books.kinds} />
      <NamedDifferences report={report} />
      <StatementDoubts preview={preview} />
      <p className="text-sm text-soft">
        {t("closedAt", { time: time(new Date(report.closedAt)) })}
      </p>
    </>
  );
}

/** Everything that is not simply the same in both books. */
async function NamedDifferences({ report }: { report: StatementReport }) {
  const t = await getTranslations("statements");
  return (
    <section className="grid gap-4">
      <h2 className="text-lg font-semibold">{t("named")}</h2>
      {report.beforeBooks !== null && report.beforeBooks !== "0.00" && (
        <p>
          {t(report.isFirst ? "beforeBooks" : "carriedOver", {
            amount: amountText(report.beforeBooks),
          })}
        </p>
      )}
      {report.gapBefore !== null && report.gapBefore !== "0.00" && (
        <Notice tone="checking">{t("gapBefore", { amount: amountText(report.gapBefore) })}</Notice>
      )}
      {report.differences.map(({ cause, count, amount, rows }) => (
        <Named
          key={cause}
          title={t("differs", {
            cause: t(`differences.${cause}`),
            count,
            amount: amountText(amount),
          })}
          rows={rows}
        />
      ))}
      {report.suspense.count > 0 && (
        <Named
          title={t("inSuspense", {
            count: report.suspense.count,
            amount: amountText(report.suspense.amount),
          })}
          rows={report.suspense.rows}
        />
      )}
      {report.inFlight.count > 0 && (
        <Named
          title={t("inFlight", {
            count: report.inFlight.count,
            amount: amountText(report.inFlight.amount),
          })}
          rows={report.inFlight.rows}
        />
      )}
      {isNothingNamed(report) && <p className="text-soft">{t("nothingNamed")}</p>}
    </section>
  );
}

function isNothingNamed(report: StatementReport): boolean {
  const { beforeBooks, gapBefore, differences, suspense, inFlight } = report;
  const isZero = (amount: string | null) => amount === null || amount === "0.00";
  return (
    isZero(beforeBooks) &&
    isZero(gapBefore) &&
    differences.length + suspense.count + inFlight.count === 0
  );
}

async function Verdict({ report }: { report: StatementReport }) {
  const t = await getTranslations("statements");
  if (report.difference === "0.00") {
    return (
      <Notice>
        <StatusBadge status="paid" word={t("agreesToTheCent")} />
      </Notice>
    );
  }
  return (
    <Notice tone="checking">
      <p className="font-semibold">{t("differsBy", { amount: amountText(report.difference) })}</p>
      <p>{t("differsWhat")}</p>
    </Notice>
  );
}

/** One named difference, and the lines or payments behind it, each leading to where it is dealt with. */
async function Named({ title, rows }: { title: string; rows: readonly ReportRow[] }) {
  const [t, time] = await Promise.all([getTranslations("statements"), exactTimeFormatter()]);
  if (rows.length === 0) return <p>{title}</p>;
  return (
    <StatementFold summary={title}>
      <StatementTable
        caption={title}
        captionIsSaid
        head={[t("receipt"), t("time"), t("amount")]}
        rows={rows.map((row) => ({
          key: row.id,
          cells: [
            <Link
              key="link"
              href={hrefOf(row)}
              prefetch={false}
              className="inline-flex min-h-6 items-center text-action underline underline-offset-4"
            >
              <code>{row.receipt ?? row.id}</code>
            </Link>,
            time(new Date(row.at)),
            amountText(row.amount),
          ],
        }))}
      />
    </StatementFold>
  );
}

function hrefOf({ id, receipt }: ReportRow): string {
  if (/^(dep|wdr|rfd)_/.test(id)) return `/dashboard/payments/${id}`;
  return receipt === null
    ? "/dashboard/transactions?view=all"
    : `/dashboard/transactions?view=all&q=${encodeURIComponent(receipt)}`;
}
