import { getTranslations } from "next-intl/server";
import { BackLink } from "./back-link";

export async function BackToWithdrawals() {
  const t = await getTranslations("dashboardPayouts");
  return <BackLink href="/dashboard/withdrawals" label={t("back")} />;
}
