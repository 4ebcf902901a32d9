import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { LinkButton } from "@/components/ui/link-button";
import { Column } from "./_shell/customer-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("notFound"))("title") };
}

export default async function NotFound() {
  const [t, app] = await Promise.all([getTranslations("notFound"), getTranslations("app")]);
  return (
    <Column>
      <h1 className="pt-8 text-xl font-semibold">{t("title")}</h1>
      <p>{t("body")}</p>
      <LinkButton href="/deposit">{app("backHome")}</LinkButton>
    </Column>
  );
}
