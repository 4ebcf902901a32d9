"use client";

import { Button } from "@/components/ui/button";
import { ERROR_WORDS } from "@/lib/i18n/error-words";
import { LOCALES } from "@/lib/i18n/locales";

/** What is left when a page broke: the truth about the money, in both languages, and a way back. */
export function ErrorScreen({ retry }: { retry: () => void }) {
  const label = LOCALES.map((locale) => ERROR_WORDS[locale].retry).join(" · ");
  return (
    <main id="content" className="mx-auto grid max-w-column gap-6 px-4 py-8">
      {LOCALES.map((locale) => (
        <section key={locale} lang={locale} className="grid gap-2">
          <h1 className="text-xl font-semibold">{ERROR_WORDS[locale].title}</h1>
          <p>{ERROR_WORDS[locale].body}</p>
        </section>
      ))}
      <Button type="button" onClick={retry}>
        {label}
      </Button>
    </main>
  );
}
