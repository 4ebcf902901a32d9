import { getTranslations } from "next-intl/server";
import type { WithdrawalForPeople } from "@/lib/recovery/schemas";
import { ageFormatter } from "./age";
import { approvalSentence } from "./approval-row";
import { CaseFileLink } from "./case-file-link";
import { Panel, PanelRow } from "./panel";

/** Withdrawals that wait for a second person, oldest first; they are decided on their own page. */
export async function ApprovalPanel(props: {
  approvals: readonly WithdrawalForPeople[];
  nowMs: number;
}) {
  const [t, sentence, age] = await Promise.all([
    getTranslations("dashboard"),
    approvalSentence(),
    ageFormatter(),
  ]);
  return (
    <Panel
      title={t("approvals")}
      empty={t("approvalsEmpty")}
      rows={props.approvals.map((row) => (
        <PanelRow
          key={row.id}
          title={sentence(row)}
          lines={[`${t("age")} ${age(props.nowMs - row.createdAt.getTime())}`]}
          action={<CaseFileLink paymentId={row.id} />}
        />
      ))}
    />
  );
}
