import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { referenceText } from "@/components/ui/reference-text";
import { StatusBadge } from "@/components/ui/status-badge";
import type { FoundPayment } from "@/lib/recovery/schemas";
import { CaseFileLink } from "./case-file-link";
import { exactTimeFormatter } from "./exact-time";
import { Panel, PanelRow } from "./panel";
import { LongId } from "./raw-text";

/** What a search found. A row leads to its case file. */
export async function FoundPayments({ found }: { found: readonly FoundPayment[] }) {
  const [t, status, methods, time] = await Promise.all([
    getTranslations("dashboard"),
    getTranslations("status"),
    getTranslations("methods"),
    exactTimeFormatter(),
  ]);
  const row = ({ payment, customer }: FoundPayment) => {
    const amount = payment.amount_paid ?? payment.amount_asked;
    return (
      <PanelRow
        key={payment.id}
        title={[
          t(payment.direction),
          amount ? amountText(amount) : t("unknownAmount"),
          customer,
        ].join(" · ")}
        lines={[
          <StatusBadge key="status" status={payment.status} word={status(payment.status)} />,
          [
            methods(payment.method),
            payment.payout && t("to", { to: payment.payout.to }),
            time(new Date(payment.created_at)),
          ]
            .filter(Boolean)
            .join(" · "),
          [referenceText(payment.public_code), payment.provider_receipt]
            .filter(Boolean)
            .join(" · "),
          <LongId key="id">{payment.id}</LongId>,
        ]}
        action={<CaseFileLink paymentId={payment.id} />}
      />
    );
  };
  return <Panel title={t("found")} empty={t("foundNone")} rows={found.map(row)} />;
}
