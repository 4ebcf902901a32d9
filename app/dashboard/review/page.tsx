import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BackToDashboard } from "@/components/dashboard/back-to-dashboard";
import { Panel } from "@/components/dashboard/panel";
import { queuePath, ReviewFilters, type ChosenFilter } from "@/components/dashboard/review-filters";
import { ReviewRow } from "@/components/dashboard/review-row";
import { LinkButton } from "@/components/ui/link-button";
import { requireStaff } from "@/lib/auth/page-session";
import { CASE_KINDS, type QueuePage } from "@/lib/recovery/schemas";
import { listQueue } from "@/lib/recovery/review/list-queue";
import { pageTitle } from "../../_shell/page-title";
import { StaffPage } from "../../_shell/staff-page";

type Query = Record<string, string | string[] | undefined>;
type Props = { searchParams: Promise<Query> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("reviewQueue"))("title"));
}

/** Everything that waits for a person, oldest first. */
export default async function ReviewQueuePage({ searchParams }: Props) {
  const session = await requireStaff();
  const query = await searchParams;
  const chosen = readFilter(query);
  const cursor = typeof query.cursor === "string" ? query.cursor : undefined;
  const { ctx } = session;
  const [t, queue] = await Promise.all([
    getTranslations("reviewQueue"),
    listQueue(ctx, { ...chosen, cursor }),
  ]);
  const nowMs = ctx.now().getTime();
  return (
    <StaffPage session={session}>
      <BackToDashboard />
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <p>{t("intro")}</p>
      <ReviewFilters chosen={chosen} counts={queue.counts} />
      <Panel
        title={t("waiting")}
        empty={t("empty")}
        count={cursor || queue.nextCursor ? countOf(chosen, queue.counts) : queue.rows.length}
        rows={queue.rows.map((row) => (
          <ReviewRow key={row.subjectId} row={row} nowMs={nowMs} />
        ))}
      />
      {queue.nextCursor && (
        <div className="sm:w-fit">
          <LinkButton kind="secondary" href={queuePath({ ...chosen, cursor: queue.nextCursor })}>
            {t("more")}
          </LinkButton>
        </div>
      )}
    </StaffPage>
  );
}

/** How many there are on all pages; null where that is counted nowhere. */
function countOf({ filter, kind }: ChosenFilter, counts: QueuePage["counts"]): number | null {
  if (filter && kind) return null;
  return filter ? counts[filter] : kind ? (counts.ofKind[kind] ?? null) : counts.all;
}

function readFilter(query: Query): ChosenFilter {
  const { filter } = query;
  return {
    filter: filter === "mine" || filter === "approval" ? filter : undefined,
    kind: CASE_KINDS.find((kind) => kind === query.kind),
  };
}
