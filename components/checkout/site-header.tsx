import { getLocale, getTranslations } from "next-intl/server";
import Link from "next/link";
import { amountText } from "@/components/ui/amount-text";
import { Icon } from "@/components/ui/icon";

interface Props {
  merchantName: string;
  csrfToken: string;
  /** Where the language switch comes back to. */
  path: string;
  /** `1250.00`; null when nobody is signed in. */
  balance: string | null;
}

/** Merchant, balance, language and profile, on every page of a customer. Nothing else. */
export async function SiteHeader({ merchantName, csrfToken, path, balance }: Props) {
  const t = await getTranslations("header");
  const languages = <LanguageSwitch csrfToken={csrfToken} path={path} />;
  return (
    <header className="mx-auto max-w-column px-4 print:hidden">
      <div className="flex items-center justify-between gap-4">
        <Link
          href="/deposit"
          prefetch={false}
          className="flex min-h-12 min-w-0 items-center text-lg font-semibold"
        >
          {merchantName}
        </Link>
        {balance === null ? languages : <ProfileLink name={t("account")} />}
      </div>
      {balance !== null && (
        <div className="flex flex-wrap items-center justify-between gap-x-4">
          <Balance decimal={balance} />
          {languages}
        </div>
      )}
    </header>
  );
}

function ProfileLink({ name }: { name: string }) {
  return (
    <Link
      href="/account"
      prefetch={false}
      className="-mr-3 flex size-12 items-center justify-center"
    >
      <Icon name="person" size={24} />
      <span className="sr-only">{name}</span>
    </Link>
  );
}

/** A checkbox, so that hiding the balance from a neighbour needs no script. */
async function Balance({ decimal }: { decimal: string }) {
  const t = await getTranslations("header");
  return (
    <label className="group/balance flex min-h-12 cursor-pointer items-center gap-2 text-sm">
      <span className="text-soft">{t("balance")}</span>
      <input type="checkbox" className="peer sr-only" aria-label={t("hideBalance")} />
      <span className="rounded-box font-semibold tabular-nums outline-offset-4 peer-checked:hidden peer-focus-visible:outline-3 peer-focus-visible:outline-action">
        {amountText(decimal)}
      </span>
      <span className="hidden rounded-box outline-offset-4 peer-checked:inline peer-focus-visible:outline-3 peer-focus-visible:outline-action">
        <span aria-hidden="true">KSh ••••</span>
        <span className="sr-only">{t("hidden")}</span>
      </span>
    </label>
  );
}

/** English · Kiswahili: the one in use is a word, the other a button. */
export async function LanguageSwitch({ csrfToken, path }: { csrfToken: string; path: string }) {
  const [t, current] = await Promise.all([getTranslations("header"), getLocale()]);
  const languages = [
    { locale: "en", name: t("english") },
    { locale: "sw", name: t("kiswahili") },
  ] as const;
  return (
    <form method="post" action="/language">
      <input type="hidden" name="csrf" value={csrfToken} />
      <input type="hidden" name="back" value={path} />
      <div role="group" aria-label={t("language")} className="flex items-center gap-3 text-sm">
        {languages.map(({ locale, name }) =>
          locale === current ? (
            <span key={locale} aria-current="true" className="font-semibold">
              {name}
            </span>
          ) : (
            <button
              key={locale}
              name="locale"
              value={locale}
              lang={locale}
              className="min-h-12 text-action underline underline-offset-4"
            >
              {name}
            </button>
          ),
        )}
      </div>
    </form>
  );
}
