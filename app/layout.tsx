import type { Metadata, Viewport } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { env } from "@/lib/env";
import "./globals.css";

export const metadata: Metadata = {
  title: "Malipo",
  referrer: "no-referrer",
  robots: { index: false },
  formatDetection: { telephone: false },
};

export const viewport: Viewport = {
  colorScheme: "light dark",
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, t] = await Promise.all([getLocale(), getTranslations("app")]);
  return (
    <html lang={locale}>
      <body>
        <a
          href="#content"
          className="sr-only focus:not-sr-only focus:absolute focus:bg-ground focus:p-3 print:hidden"
        >
          {t("skip")}
        </a>
        {env().mode === "demo" && <DemoBanner />}
        {children}
      </body>
    </html>
  );
}

async function DemoBanner() {
  const t = await getTranslations("app");
  return (
    <aside className="bg-checking-ground text-sm text-checking print:hidden">
      <a
        href={`${env().sandboxUrl}/help`}
        className="flex min-h-12 flex-wrap items-center justify-center gap-x-2 px-4"
      >
        {t("demo")} <span className="underline">{t("demoHelp")}</span>
      </a>
    </aside>
  );
}
