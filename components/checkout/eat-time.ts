import { getTranslations } from "next-intl/server";
import { formatEat } from "@/lib/kit/time";

const MONTHS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"] as const;

/** Formats instants as `21 Nov 2026, 14:05` in East Africa Time, with the language's month names. */
export async function eatFormatter(): Promise<(instant: string) => string> {
  const t = await getTranslations("months");
  const months = MONTHS.map((month) => t(month));
  return (instant) => formatEat(new Date(instant), months);
}
