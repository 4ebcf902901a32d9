import { getTranslations } from "next-intl/server";
import { Notice } from "@/components/ui/notice";
import type { HistoryRun } from "@/lib/recovery/schemas";

const REGISTRATIONS = ["registered", "registered-before", "opened"] as const;

/** What came of the button that was pressed last. */
export async function HistoryNotice(props: { notice: string; asked: HistoryRun | null }) {
  const t = await getTranslations("dashboardHistory");
  const registration = REGISTRATIONS.find((known) => known === props.notice);
  const { asked } = props;
  if (!registration && !(props.notice === "asked" && asked)) return null;
  const isEnd = asked?.outcome === "complete" || asked?.outcome === "after_gap";
  return (
    <div role="status">
      <Notice tone={registration || isEnd ? "plain" : "checking"}>
        {registration && <p>{t(`notices.${registration}`)}</p>}
        {!registration && asked && (
          <>
            <p className="font-semibold">{t(`outcomes.${asked.outcome}`)}</p>
            <p>{t("counts", { rows: asked.rows, newRows: asked.newRows })}</p>
            {asked.unreadable > 0 && <p>{t("unreadable", { count: asked.unreadable })}</p>}
          </>
        )}
      </Notice>
    </div>
  );
}
