import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BackToDashboard } from "@/components/dashboard/back-to-dashboard";
import { TransactionFilters } from "@/components/dashboard/transaction-filters";
import { TransactionList } from "@/components/dashboard/transaction-list";
import { requireStaff } from "@/lib/auth/page-session";
import { isId } from "@/lib/kit/ids";
import { listStatementAccounts } from "@/lib/recovery/statements/find-statement-account";
import { TRANSACTION_SOURCES, TRANSACTION_VIEWS } from "@/lib/recovery/transaction-views";
import { listTransactions } from "@/lib/recovery/transactions/list-transactions";
import { pageTitle } from "../../_shell/page-title";
import { StaffPage } from "../../_shell/staff-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("transactions"))("title"));
}

/** Every line of M-Pesa's books that we were told of; what needs somebody first. */
export default async function TransactionsPage({ searchParams }: Props) {
  const session = await requireStaff();
  const { ctx } = session;
  const query = await searchParams;
  const [t, accounts] = await Promise.all([
    getTranslations("transactions"),
    listStatementAccounts(ctx),
  ]);
  const one = (name: string) => {
    const value = query[name];
    return typeof value === "string" ? value : "";
  };
  const text = one("q").trim();
  const chosen = {
    // Whoever looks for one line looks for it everywhere.
    view: TRANSACTION_VIEWS.find((view) => view === one("view")) ?? (text ? "all" : "needs"),
    source: TRANSACTION_SOURCES.find((source) => source === one("source")),
    accountId: accounts.find(({ shortcode }) => shortcode === one("shortcode"))?.id,
    text,
  };
  const cursor = isId("transaction", one("before")) ? one("before") : undefined;
  const page = await listTransactions(ctx, { ...chosen, cursor });
  const { view, source } = chosen;
  const filters = { view, source, shortcode: chosen.accountId && one("shortcode"), text };
  return (
    <StaffPage session={session}>
      <BackToDashboard />
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <TransactionFilters
        filters={filters}
        shortcodes={accounts.map(({ shortcode }) => shortcode)}
      />
      <TransactionList page={page} filters={filters} />
    </StaffPage>
  );
}
