import { getTranslations } from "next-intl/server";
import { eatFormatter } from "@/components/checkout/eat-time";
import { Disclosure } from "@/components/ui/disclosure";
import { Notice } from "@/components/ui/notice";
import { StatusBadge } from "@/components/ui/status-badge";
import type { InvariantRow } from "./attention";

/** Whether the books add up: a red banner that names each broken check, or one quiet line. */
export async function BooksBanner({ checks }: { checks: readonly InvariantRow[] }) {
  const t = await getTranslations("dashboard");
  const broken = checks.filter((check) => !check.holds);
  if (checks.length === 0) return <Notice>{t("noChecks")}</Notice>;
  return (
    <>
      {broken.length > 0 && (
        <div role="alert">
          <Notice tone="failed">
            <h2 className="text-lg font-semibold">{t("brokenTitle")}</h2>
            <p>{t("broken", { count: broken.length })}</p>
            <ul>
              {broken.map((check) => (
                <li key={check.name}>
                  <strong>{check.name}</strong>: {check.detail}
                </li>
              ))}
            </ul>
          </Notice>
        </div>
      )}
      <Disclosure
        summary={broken.length === 0 ? t("holdsAll", { count: checks.length }) : t("checks")}
      >
        <ChecksList checks={checks} />
      </Disclosure>
    </>
  );
}

async function ChecksList({ checks }: { checks: readonly InvariantRow[] }) {
  const [t, time] = await Promise.all([getTranslations("dashboard"), eatFormatter()]);
  return (
    <ul className="divide-y divide-line">
      {checks.map((check) => (
        <li key={check.name} className="flex flex-wrap justify-between gap-x-4 py-2">
          <span>{check.name}</span>
          <span className="flex flex-wrap gap-x-4 text-sm text-soft">
            {t("checkedAt", { time: time(check.checkedAt.toISOString()) })}
            <StatusBadge
              status={check.holds ? "paid" : "not_paid"}
              word={check.holds ? t("holds") : t("breaks")}
            />
          </span>
        </li>
      ))}
    </ul>
  );
}
