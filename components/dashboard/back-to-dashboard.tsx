import { getTranslations } from "next-intl/server";
import Link from "next/link";

export async function BackToDashboard() {
  const t = await getTranslations("dashboard");
  return (
    <Link
      href="/dashboard"
      prefetch={false}
      className="-mb-6 inline-flex min-h-12 w-fit items-center text-action underline underline-offset-4"
    >
      {t("back")}
    </Link>
  );
}
