import { getTranslations } from "next-intl/server";
import { Field } from "@/components/ui/field";
import { Button } from "@/components/ui/button";
import { SubmitOnce } from "@/components/ui/submit-once";
import type { ReviewCase } from "@/lib/recovery/schemas";
import { CaseSection } from "./case-section";
import { ReviewActions } from "./review-actions";
import { OwnCredits } from "./review-facts";
import { ReviewDecisions } from "./review-decisions";
import { problemsOf, type PostedForm } from "./review-form";
import { ReviewKeeper } from "./review-keeper";
import { ReviewQueries } from "./review-queries";

interface Props {
  review: ReviewCase;
  csrfToken: string;
  posted: PostedForm | null;
}

/** What people may do about a case, what they have decided, and who looks after it. */
export async function ReviewPanel(props: Props) {
  const t = await getTranslations("reviewQueue");
  const { review, csrfToken, posted } = props;
  const waiting = review.decisions.some(({ state }) => state === "waiting");
  const canAct = !waiting && (review.canAskReceipt || review.actions.length > 0);
  if (!canAct && review.decisions.length === 0 && review.queries.length === 0) return null;
  return (
    <CaseSection id="review" title={t("panel")}>
      <div className="grid gap-4 rounded-box border border-line bg-raised p-3">
        {(canAct || waiting) && (
          <ReviewKeeper review={review} csrfToken={csrfToken} posted={posted} />
        )}
        {review.transaction && <OwnCredits line={review.transaction} />}
        <ReviewDecisions review={review} csrfToken={csrfToken} posted={posted} />
        <ReviewQueries queries={review.queries} />
        {canAct && review.actions.includes("assign_customer") && <FindOwner {...props} />}
        {canAct && <ReviewActions {...props} />}
      </div>
    </CaseSection>
  );
}

/** Whose money it could be, by what staff know of them. */
async function FindOwner({ review, csrfToken, posted }: Props) {
  const t = await getTranslations("reviewQueue");
  const problems = problemsOf(posted, "find");
  return (
    <SubmitOnce
      method="post"
      action={`/dashboard/review/${review.subjectId}/find-customer`}
      className="grid gap-3 sm:grid-cols-[1fr_auto] sm:items-end"
      noValidate
    >
      <input type="hidden" name="csrf" value={csrfToken} />
      <Field
        id="owner"
        name="owner"
        label={t("findOwner")}
        hint={t("findOwnerHint")}
        autoComplete="off"
        spellCheck={false}
        maxLength={254}
        problem={problems.byField.owner}
        defaultValue={problems.values.owner}
      />
      <div>
        <Button kind="secondary">{t("find")}</Button>
      </div>
    </SubmitOnce>
  );
}
