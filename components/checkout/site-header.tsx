import { getLocale, getTranslations } from "next-intl/server";
import Link from "next/link";
import { amountText } from "@/components/ui/amount-text";
import { Icon } from "@/components/ui/icon";
import type { BalanceResource } from "@/lib/payments/schemas";

interface Props {
  merchantName: string;
  csrfToken: string;
  /** Where the language switch comes back to. */
  path: string;
  /** Null when nobody is signed in. */
  balance: Pick<BalanceResource, "available" | "held"> | null;
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
        <div className="flex flex-wrap items-center justify-between gap-x-1">
          <Balance {...balance} />
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

/**
 * A checkbox, so that hiding the balance from a neighbour needs no script. What is set aside for payments
 * under way is a second line within the same height.
 */
async function Balance({ available, held }: Pick<BalanceResource, "available" | "held">) {
  const t = await getTranslations("header");
  return (
    <label className="group/balance flex min-h-12 cursor-pointer flex-col justify-center text-sm">
      <input type="checkbox" className="peer sr-only" aria-label={t("hideBalance")} />
      <BalanceLine name={t("balance")} decimal={available} hidden={t("hidden")} />
      {held !== "0.00" && <BalanceLine name={t("onHold")} decimal={held} hidden={t("hidden")} />}
    </label>
  );
}

function BalanceLine(props: { name: string; decimal: string; hidden: string }) {
  return (
    <span className="flex gap-1.5 rounded-box outline-offset-4 group-has-focus-visible/balance:outline-action group-has-focus-visible/balance:first-of-type:outline-3">
      <span className="text-soft">{props.name}</span>
      <span className="font-semibold tabular-nums group-has-checked/balance:hidden">
        {amountText(props.decimal)}
      </span>
      <span className="hidden group-has-checked/balance:inline">
        <span aria-hidden="true">KSh ••••</span>
        <span className="sr-only">{props.hidden}</span>
      </span>
    </span>
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
      <div role="group" aria-label={t("language")} className="flex items-center gap-2 text-sm">
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
