import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { eatFormatter } from "@/components/checkout/eat-time";
import { amountText } from "@/components/ui/amount-text";
import { buttonLook } from "@/components/ui/button-look";
import type { QueueRow } from "@/lib/recovery/schemas";
import { ageFormatter } from "./age";
import { LongId } from "./raw-text";
import { reviewPath } from "./review-path";

/** What machines left behind has no amount that anybody could know. */
const MONEYLESS: readonly QueueRow["kind"][] = ["message", "job", "statement", "history"];

/** One thing that waits for a person: what, for how long, who looks after it, and where to end it. */
export async function ReviewRow({ row, nowMs }: { row: QueueRow; nowMs: number }) {
  const [t, methods, age] = await Promise.all([
    getTranslations("reviewQueue"),
    getTranslations("methods"),
    ageFormatter(),
  ]);
  const title = [
    t(`kinds.${row.kind}`),
    row.amount ? amountText(row.amount) : MONEYLESS.includes(row.kind) ? null : t("amountUnknown"),
    row.customer,
  ];
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 p-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-semibold wrap-anywhere">{title.filter(Boolean).join(" · ")}</p>
        {row.line && <p className="text-sm wrap-anywhere text-soft">{lineText(row.line)}</p>}
        <p className="wrap-anywhere">
          {t(`situations.${row.situation}`, { provider: methods(row.method ?? "mpesa") })}
        </p>
        {row.decision && <DecisionLine decision={row.decision} />}
        <p className="text-sm text-soft">
          {t("waits", { age: age(nowMs - row.since.getTime()) })} · <Keeper row={row} />
        </p>
        {/* A line is known by its receipt, above. */}
        {!row.line && (
          <p className="text-sm text-soft">
            <LongId>{row.subjectId}</LongId>
          </p>
        )}
      </div>
      <div>
        <Link
          href={reviewPath(row.subjectId)}
          prefetch={false}
          aria-label={t("openOf", { id: row.subjectId })}
          className={buttonLook("secondary")}
        >
          {t("open")}
        </Link>
      </div>
    </li>
  );
}

/** What tells one line from the next: what was typed as account number, its receipt, who paid. */
function lineText({ receipt, reference, payer }: NonNullable<QueueRow["line"]>): string {
  return [reference && `“${reference}”`, receipt, payer].filter(Boolean).join(" · ");
}

async function Keeper({ row }: { row: QueueRow }) {
  const t = await getTranslations("reviewQueue");
  if (row.isMine) return <>{t("keptByYou")}</>;
  return <>{row.assignee ? t("keptBy", { name: row.assignee }) : t("keptByNobody")}</>;
}

async function DecisionLine({ decision }: { decision: NonNullable<QueueRow["decision"]> }) {
  const [t, time] = await Promise.all([getTranslations("reviewQueue"), eatFormatter()]);
  const until = time(decision.before.toISOString());
  const action = t(`actions.${decision.action}.label`);
  return (
    <p className="text-checking">
      {decision.isMine
        ? t("waitsForOther", { action, until })
        : t("waitsForYou", { action, until, name: decision.by })}
    </p>
  );
}
