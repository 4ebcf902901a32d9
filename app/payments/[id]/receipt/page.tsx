import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { redirect } from "next/navigation";
import { Receipt } from "@/components/checkout/receipt";
import { LinkButton } from "@/components/ui/link-button";
import { PrintButton } from "@/components/ui/print-button";
import { requireCustomer } from "@/lib/auth/page-session";
import { env } from "@/lib/env";
import { CustomerPage } from "../../../_shell/customer-page";
import { loadPayment } from "../../../_shell/load-payment";
import { pageTitle } from "../../../_shell/page-title";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("receipt"))("title"));
}

export default async function ReceiptPage({ params }: Props) {
  const session = await requireCustomer();
  const payment = await loadPayment((await params).id);
  // A receipt says that money was received, and whether it went back. Nothing else gets one.
  if (payment.status !== "paid" && payment.status !== "given_back")
    redirect(`/payments/${payment.id}`);
  const t = await getTranslations("receipt");
  return (
    <CustomerPage session={session}>
      <Receipt
        payment={payment}
        merchantName={session.merchant.name}
        customerName={session.user.name}
        checkUrl={`${env().appUrl}/r/${payment.public_code}`}
      />
      <PrintButton label={t("print")} />
      <noscript>
        <p className="text-soft print:hidden">{t("printHint")}</p>
      </noscript>
      <div className="grid print:hidden">
        <LinkButton href={`/payments/${payment.id}`} kind="quiet">
          {t("back")}
        </LinkButton>
      </div>
    </CustomerPage>
  );
}
