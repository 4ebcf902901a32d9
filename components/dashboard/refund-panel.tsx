import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import type { RefundForPeople } from "@/lib/payments/refunds/schemas";
import { ageFormatter } from "./age";
import { LinkButton } from "@/components/ui/link-button";
import { Panel, PanelRow } from "./panel";
import { pageOfRefund } from "./refund-path";

/** Refunds that wait for a second person, oldest first; they are decided on the page of what goes back. */
export async function RefundPanel(props: { refunds: readonly RefundForPeople[]; nowMs: number }) {
  const [t, age] = await Promise.all([getTranslations("refunds"), ageFormatter()]);
  return (
    <Panel
      title={t("approvals")}
      empty={t("approvalsEmpty")}
      rows={props.refunds.map((row) => (
        <PanelRow
          key={row.id}
          title={t("wants", { name: row.askedBy, amount: amountText(row.amount) })}
          lines={[
            row.why,
            t("waits", {
              age: age(props.nowMs - row.createdAt.getTime()),
              left: age(row.endsAt.getTime() - props.nowMs),
            }),
          ]}
          action={
            <div>
              <LinkButton kind="secondary" href={pageOfRefund(row)}>
                {t("open")}
              </LinkButton>
            </div>
          }
        />
      ))}
    />
  );
}
