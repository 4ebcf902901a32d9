import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { TRANSACTION_SOURCES, TRANSACTION_VIEWS } from "@/lib/recovery/schemas";
import { SearchForm } from "./search-form";
import { transactionsHref, type ChosenFilters } from "./transaction-href";

/** Narrows the list: each part, road and shortcode is a link, so it works in every browser. */
export async function TransactionFilters(props: {
  filters: ChosenFilters;
  shortcodes: readonly string[];
}) {
  const { filters, shortcodes } = props;
  const t = await getTranslations("transactions");
  return (
    <div className="grid gap-3">
      <SearchForm
        action="/dashboard/transactions"
        label={t("find")}
        hint={t("findHint")}
        submit={t("findSubmit")}
        text={filters.text}
      />
      <Choices
        label={t("standing")}
        choices={TRANSACTION_VIEWS.map((view) => ({
          name: t(`views.${view}`),
          href: transactionsHref({ ...filters, view }),
          isChosen: filters.view === view,
        }))}
      />
      {/* Most never need these; whoever chose one sees that it is chosen. */}
      <details open={filters.source !== undefined || filters.shortcode !== undefined}>
        <summary className="flex min-h-12 w-fit cursor-pointer items-center text-action underline underline-offset-4">
          {t("moreFilters")}
        </summary>
        <Choices
          label={t("source")}
          choices={[
            {
              name: t("anySource"),
              href: transactionsHref({ ...filters, source: undefined }),
              isChosen: filters.source === undefined,
            },
            ...TRANSACTION_SOURCES.map((source) => ({
              name: t(`sources.${source}`),
              href: transactionsHref({ ...filters, source }),
              isChosen: filters.source === source,
            })),
          ]}
        />
        {shortcodes.length > 1 && (
          <Choices
            label={t("shortcode")}
            choices={[
              {
                name: t("anyShortcode"),
                href: transactionsHref({ ...filters, shortcode: undefined }),
                isChosen: filters.shortcode === undefined,
              },
              ...shortcodes.map((shortcode) => ({
                name: shortcode,
                href: transactionsHref({ ...filters, shortcode }),
                isChosen: filters.shortcode === shortcode,
              })),
            ]}
          />
        )}
      </details>
    </div>
  );
}

function Choices(props: {
  label: string;
  choices: readonly { name: string; href: string; isChosen: boolean }[];
}) {
  return (
    <nav aria-label={props.label} className="flex flex-wrap items-center gap-x-4">
      <span className="text-soft">{props.label}</span>
      {props.choices.map(({ name, href, isChosen }) => (
        <Link
          key={name}
          href={href}
          prefetch={false}
          aria-current={isChosen ? "true" : undefined}
          className={`inline-flex min-h-12 items-center ${
            isChosen ? "font-semibold" : "text-action underline underline-offset-4"
          }`}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
