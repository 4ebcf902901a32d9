import { getTranslations } from "next-intl/server";
import { ErrorSummary } from "@/components/ui/error-summary";
import type { FormProblems } from "./form-problems";

/** Everything the last post complained about, above the forms; each line leads to its field. */
export async function ProblemSummary({ problems }: { problems: FormProblems }) {
  const t = await getTranslations("problems");
  const fields = Object.entries(problems.byField);
  if (fields.length === 0 && !problems.whole) return null;
  return (
    <ErrorSummary
      title={problems.whole ?? t("summary", { count: fields.length })}
      problems={fields.map(([field, sentence]) => ({ fieldId: field, sentence }))}
    />
  );
}
