import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { eatFormatter } from "@/components/checkout/eat-time";
import { amountText } from "@/components/ui/amount-text";
import { buttonLook } from "@/components/ui/button-look";
import { StatusBadge } from "@/components/ui/status-badge";
import type { StatementRow } from "@/lib/recovery/schemas";
import { Panel, PanelRow } from "./panel";

/** The files that were handed in, and whether both books agreed. */
export async function StatementList({ statements }: { statements: readonly StatementRow[] }) {
  const [t, time] = await Promise.all([getTranslations("statements"), eatFormatter()]);
  const at = (date: Date | null) => (date ? time(date.toISOString()) : t("unknown"));
  return (
    <Panel
      title={t("files")}
      empty={t("filesEmpty")}
      rows={statements.map((row) => (
        <PanelRow
          key={row.id}
          title={t("fileOf", {
            shortcode: row.shortcode,
            from: at(row.fromAt),
            to: at(row.untilAt),
          })}
          lines={[
            <Standing key="standing" row={row} />,
            t("fileLines", { name: row.fileName, count: row.lines, time: at(row.createdAt) }),
          ]}
          action={
            <div>
              <Link
                href={`/dashboard/statements/${row.id}`}
                prefetch={false}
                aria-label={t("openOf", { name: row.fileName })}
                className={buttonLook("secondary")}
              >
                {t("open")}
              </Link>
            </div>
          }
        />
      ))}
    />
  );
}

async function Standing({ row }: { row: StatementRow }) {
  const t = await getTranslations("statements");
  if (row.state === "failed") {
    return <StatusBadge status="not_paid" word={t("states.failed")} />;
  }
  if (row.state !== "matched" || row.difference === null) {
    return <StatusBadge status="waiting" word={t(`states.${row.state}`)} />;
  }
  return row.difference === "0.00" ? (
    <StatusBadge status="paid" word={t("agrees")} />
  ) : (
    <StatusBadge status="checking" word={t("differsBy", { amount: amountText(row.difference) })} />
  );
}
