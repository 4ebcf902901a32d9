import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { notFound } from "next/navigation";
import { eatFormatter } from "@/components/checkout/eat-time";
import { eatDayNumber, groupByDay } from "@/components/checkout/group-by-day";
import { PaymentRow } from "@/components/checkout/payment-row";
import { LinkButton } from "@/components/ui/link-button";
import { requireCustomer, type PageSession } from "@/lib/auth/page-session";
import { InvalidInputError } from "@/lib/errors";
import { listPayments } from "@/lib/payments/list-payments";
import type { PaymentList, PaymentResource } from "@/lib/payments/schemas";
import { CustomerPage } from "../_shell/customer-page";
import { pageTitle } from "../_shell/page-title";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("history"))("title"));
}

export default async function HistoryPage({ searchParams }: Props) {
  const [session, t, query] = await Promise.all([
    requireCustomer(),
    getTranslations("history"),
    searchParams,
  ]);
  const cursor = typeof query.cursor === "string" ? query.cursor : undefined;
  const { payments, next_cursor: next } = await loadPage(session, cursor);
  return (
    <CustomerPage session={session}>
      <h1 className="pt-2 text-xl font-semibold">{t("title")}</h1>
      {payments.length === 0 ? (
        <Empty />
      ) : (
        <Days payments={payments} nowMs={session.ctx.now().getTime()} />
      )}
      {next && (
        <LinkButton href={`/payments?cursor=${next}`} kind="secondary">
          {t("older")}
        </LinkButton>
      )}
      {cursor && (
        <LinkButton href="/payments" kind="quiet">
          {t("newest")}
        </LinkButton>
      )}
    </CustomerPage>
  );
}

async function loadPage(session: PageSession, cursor: string | undefined): Promise<PaymentList> {
  try {
    return await listPayments(session.ctx, { cursor });
  } catch (error) {
    if (error instanceof InvalidInputError) notFound();
    throw error;
  }
}

async function Days({ payments, nowMs }: { payments: PaymentResource[]; nowMs: number }) {
  const [t, format] = await Promise.all([getTranslations("history"), eatFormatter()]);
  const today = eatDayNumber(nowMs);
  const nameOf = (day: number, instant: string) => {
    if (day === today) return t("today");
    if (day === today - 1) return t("yesterday");
    return dateAndTime(format(instant)).date;
  };
  return groupByDay(payments).map(({ number, items }) => (
    <section key={number} className="grid gap-1">
      <h2 className="text-sm font-semibold text-soft">
        {nameOf(number, items[0]?.created_at ?? "")}
      </h2>
      <ul className="divide-y divide-line border-y border-line">
        {items.map((payment) => (
          <PaymentRow
            key={payment.id}
            payment={payment}
            time={dateAndTime(format(payment.prompt?.paid_at ?? payment.created_at)).time}
          />
        ))}
      </ul>
    </section>
  ));
}

/** `21 Nov 2026, 14:05` in its two halves. */
function dateAndTime(text: string): { date: string; time: string } {
  const [date = "", time = ""] = text.split(", ");
  return { date, time };
}

async function Empty() {
  const t = await getTranslations("history");
  return (
    <>
      <h2 className="font-semibold">{t("emptyTitle")}</h2>
      <p>{t("empty")}</p>
      <LinkButton href="/deposit">{t("emptyAction")}</LinkButton>
    </>
  );
}
