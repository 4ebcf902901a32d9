import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { Notice } from "@/components/ui/notice";
import type { StatementPreview } from "@/lib/recovery/schemas";
import { exactTimeFormatter } from "./exact-time";
import { StatementFold } from "./statement-fold";
import { rowProblemKey } from "./statement-words";
import { StatementTable } from "./statement-table";

/** What a file says and what would become of its lines, before anything of it is booked. */
export async function StatementPreviewPart({ preview }: { preview: StatementPreview }) {
  const t = await getTranslations("statements");
  return (
    <>
      <StatementKinds title={t("inFile")} kinds={preview.kinds} />
      <StatementTable
        caption={t("forecast")}
        head={[t("what"), t("lines"), t("amount")]}
        rows={preview.forecast.map(({ what, count, amount }) => ({
          key: what,
          cells: [t(`forecasts.${what}`), count, amountText(amount)],
        }))}
      />
      <StatementDoubts preview={preview} />
    </>
  );
}

/** What came in and went out, by kind. */
export async function StatementKinds(props: { title: string; kinds: StatementPreview["kinds"] }) {
  const t = await getTranslations("statements");
  if (props.kinds.length === 0) return <p className="text-soft">{t("noLines")}</p>;
  return (
    <StatementTable
      caption={props.title}
      head={[t("kind"), t("lines"), t("paidIn"), t("paidOut")]}
      rows={props.kinds.map((row) => ({
        key: row.kind,
        cells: [t(`kinds.${row.kind}`), row.count, amountText(row.in), amountText(row.out)],
      }))}
    />
  );
}

/** What of the file is not booked, or does not add up: shown, never dropped. */
export async function StatementDoubts({ preview }: { preview: StatementPreview }) {
  const [t, time] = await Promise.all([getTranslations("statements"), exactTimeFormatter()]);
  const { notCompleted, unreadable, balanceBreaks, doubled } = preview;
  return (
    <>
      {unreadable.count > 0 && (
        <Notice tone="checking">
          <p className="font-semibold">{t("unreadable", { count: unreadable.count })}</p>
          <ul>
            {unreadable.rows.map(({ row, problem }) => (
              <li key={row}>
                {t("rowProblem", { row, problem: t(`rowProblems.${rowProblemKey(problem)}`) })}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {balanceBreaks.count > 0 && (
        <Notice tone="checking">
          <p className="font-semibold">{t("balanceBreaks", { count: balanceBreaks.count })}</p>
          <p>{t("balanceBreaksRows", { rows: balanceBreaks.rows.join(", ") })}</p>
        </Notice>
      )}
      {doubled > 0 && <p className="text-soft">{t("doubled", { count: doubled })}</p>}
      {notCompleted.count > 0 && (
        <StatementFold summary={t("notCompleted", { count: notCompleted.count })}>
          <StatementTable
            caption={t("notCompletedTitle")}
            head={[t("receipt"), t("time"), t("amount")]}
            rows={notCompleted.lines.map((line) => ({
              key: String(line.row),
              cells: [
                <span key="what">
                  <code>{line.receipt}</code> {line.details}
                </span>,
                time(new Date(line.at)),
                amountText(line.amount),
              ],
            }))}
          />
        </StatementFold>
      )}
    </>
  );
}
