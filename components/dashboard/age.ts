import { getTranslations } from "next-intl/server";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/lib/kit/time";

/** Formats how long something lasts in its largest unit: `less than a minute`, `12 min`, `3 h`, `2 days`. */
export async function ageFormatter(): Promise<(ageMs: number) => string> {
  const t = await getTranslations("dashboard");
  return (ms) => {
    const ageMs = Math.max(0, ms);
    if (ageMs < MINUTE_MS) return t("ageMoments");
    if (ageMs < HOUR_MS) return t("ageMinutes", { count: Math.floor(ageMs / MINUTE_MS) });
    if (ageMs < DAY_MS) return t("ageHours", { count: Math.floor(ageMs / HOUR_MS) });
    return t("ageDays", { count: Math.floor(ageMs / DAY_MS) });
  };
}
