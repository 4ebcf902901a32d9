import { getTranslations } from "next-intl/server";
import type { FormProblems } from "@/components/checkout/form-problems";
import type { RefundForPeople, RefundOffer } from "@/lib/payments/refunds/schemas";
import { CaseSection } from "./case-section";
import { RefundForm } from "./refund-form";
import { RefundRow } from "./refund-row";

interface Props {
  offer: RefundOffer | null;
  refunds: readonly RefundForPeople[];
  nowMs: number;
  csrfToken: string;
  attemptKey: string;
  problems: FormProblems;
}

/** What went back of a deposit, is about to, or may; nothing where there is none of that. */
export async function RefundSection({ offer, refunds, problems, ...given }: Props) {
  const t = await getTranslations("refunds");
  if (!offer && refunds.length === 0) return null;
  return (
    <CaseSection id="refunds" title={t("title")}>
      {refunds.length > 0 && (
        <ul className="divide-y divide-line rounded-box border border-line bg-raised">
          {refunds.map((row) => (
            <RefundRow
              key={row.id}
              row={row}
              nowMs={given.nowMs}
              csrfToken={given.csrfToken}
              problem={problems.values.refund === row.id ? problems.byField.note : undefined}
            />
          ))}
        </ul>
      )}
      {offer && (
        <RefundForm
          offer={offer}
          csrfToken={given.csrfToken}
          attemptKey={given.attemptKey}
          problems={problems}
        />
      )}
    </CaseSection>
  );
}
