import { getTranslations } from "next-intl/server";
import { eatFormatter } from "@/components/checkout/eat-time";
import type { HistoryRun } from "@/lib/recovery/schemas";
import { Panel, PanelRow } from "./panel";

/** The windows that were asked for last, with what came of each. */
export async function HistoryRuns({ runs }: { runs: readonly HistoryRun[] }) {
  const [t, time] = await Promise.all([getTranslations("dashboardHistory"), eatFormatter()]);
  const at = (instant: Date) => time(instant.toISOString());
  return (
    <Panel
      title={t("runs")}
      empty={t("runsEmpty")}
      rows={runs.map((run) => (
        <PanelRow
          key={run.id}
          title={t("window", { from: at(run.from), until: at(run.until) })}
          lines={[
            t(`outcomes.${run.outcome}`),
            t("counts", { rows: run.rows, newRows: run.newRows }),
            ...(run.unreadable > 0 ? [t("unreadable", { count: run.unreadable })] : []),
            run.askedBy === null
              ? t("askedByClock", { time: at(run.startedAt) })
              : t("askedBy", { name: run.askedBy, time: at(run.startedAt) }),
          ]}
        />
      ))}
    />
  );
}
