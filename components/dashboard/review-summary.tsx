import { getTranslations } from "next-intl/server";
import { LinkButton } from "@/components/ui/link-button";
import type { QueuePage } from "@/lib/recovery/schemas";
import { Panel } from "./panel";
import { ReviewRow } from "./review-row";

/** The oldest of what waits for a person, and the way to all of it. */
export async function ReviewSummary({ queue, nowMs }: { queue: QueuePage; nowMs: number }) {
  const [t, words] = await Promise.all([
    getTranslations("reviewQueue"),
    getTranslations("dashboard"),
  ]);
  return (
    <div className="grid gap-3">
      <Panel
        title={words("reviews")}
        empty={words("reviewsEmpty")}
        count={queue.counts.all}
        rows={queue.rows.map((row) => (
          <ReviewRow key={row.subjectId} row={row} nowMs={nowMs} />
        ))}
      />
      <div className="sm:w-fit">
        <LinkButton kind="secondary" href="/dashboard/review">
          {t("openAll", { count: queue.counts.all })}
        </LinkButton>
      </div>
    </div>
  );
}
