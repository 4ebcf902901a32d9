import { getTranslations } from "next-intl/server";
import { BackLink } from "./back-link";

export async function BackToDashboard() {
  const t = await getTranslations("dashboard");
  return <BackLink href="/dashboard" label={t("back")} />;
}
