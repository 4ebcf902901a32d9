import { getTranslations } from "next-intl/server";
import Link from "next/link";
import {
  CASE_KINDS,
  type CaseKind,
  type QueueFilter,
  type QueuePage,
} from "@/lib/recovery/schemas";

export interface ChosenFilter {
  readonly filter?: QueueFilter;
  readonly kind?: CaseKind;
}

/** The address of a page of the queue. */
export function queuePath(chosen: ChosenFilter & { cursor?: string }): string {
  const params = new URLSearchParams(
    Object.entries(chosen).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
  return params.size === 0 ? "/dashboard/review" : `/dashboard/review?${params}`;
}

/** What the list is cut down to, as links that each say how many there are. */
export async function ReviewFilters(props: { chosen: ChosenFilter; counts: QueuePage["counts"] }) {
  const t = await getTranslations("reviewQueue");
  const { chosen, counts } = props;
  const { filter, kind } = chosen;
  const whose: readonly { label: string; count: number; filter?: QueueFilter }[] = [
    { label: t("all"), count: counts.all },
    { label: t("mine"), count: counts.mine, filter: "mine" },
    { label: t("forApproval"), count: counts.approval, filter: "approval" },
  ];
  const kinds = CASE_KINDS.filter((one) => counts.ofKind[one] || one === kind);
  return (
    <nav aria-label={t("filters")} className="grid gap-2">
      <ul className="flex flex-wrap gap-2">
        {whose.map((one) => (
          <Chip
            key={one.label}
            href={queuePath({ filter: one.filter, kind })}
            current={filter === one.filter}
            label={one.label}
            count={one.count}
          />
        ))}
      </ul>
      {(kinds.length > 1 || kind) && (
        <ul className="flex flex-wrap gap-2">
          <Chip href={queuePath({ filter })} current={!kind} label={t("everyKind")} />
          {kinds.map((one) => (
            <Chip
              key={one}
              href={queuePath({ filter, kind: one })}
              current={kind === one}
              label={t(`kindsMany.${one}`)}
              count={counts.ofKind[one] ?? 0}
            />
          ))}
        </ul>
      )}
    </nav>
  );
}

function Chip(props: { href: string; current: boolean; label: string; count?: number }) {
  const { href, current, label, count } = props;
  return (
    <li>
      <Link
        href={href}
        prefetch={false}
        aria-current={current ? "page" : undefined}
        className={`inline-flex min-h-12 items-center gap-2 rounded-box border px-3 ${
          current ? "border-action font-semibold text-action" : "border-line"
        }`}
      >
        {label}
        {count !== undefined && <span className="text-soft tabular-nums">{count}</span>}
      </Link>
    </li>
  );
}
