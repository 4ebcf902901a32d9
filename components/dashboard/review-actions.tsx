import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import type { ReviewActionName, ReviewCase } from "@/lib/recovery/schemas";
import { ActionFields, candidatesFor, ReceiptField } from "./review-fields";
import { problemsOf, ReviewForm, type PostedForm } from "./review-form";

interface Props {
  review: ReviewCase;
  csrfToken: string;
  posted: PostedForm | null;
}

/** Everything that can be decided about a case now, each behind a line that says what it is. */
export function ReviewActions(props: Props) {
  const { review } = props;
  return (
    <div>
      {review.canAskReceipt && <AskReceipt {...props} />}
      {review.actions
        // Whom it is given to is searched for first, in a form of its own.
        .filter((action) => action !== "assign_customer" || review.customers.length > 0)
        .filter((action) => action !== "attach_payment" || candidatesFor(action, review).length > 0)
        .map((action) => (
          <ActionForm key={action} {...props} action={action} />
        ))}
    </div>
  );
}

async function AskReceipt({ review, csrfToken, posted }: Props) {
  const t = await getTranslations("reviewQueue");
  const problems = problemsOf(posted, "ask-receipt");
  return (
    <ReviewForm
      id="ask"
      action={`/dashboard/review/${review.subjectId}/ask-receipt`}
      csrfToken={csrfToken}
      summary={t("ask.label")}
      what={t("ask.what")}
      submit={t("ask.submit")}
      problems={problems}
      kind="primary"
    >
      <ReceiptField form="ask" problems={problems} />
    </ReviewForm>
  );
}

async function ActionForm(props: Props & { action: ReviewActionName }) {
  const { review, action, csrfToken, posted } = props;
  const t = await getTranslations("reviewQueue");
  const problems = problemsOf(posted, "decide", action);
  const amount = review.amount ? amountText(review.amount) : t("amountUnknown");
  // Whom the search found is still found when the form comes back with something to correct.
  const found = action === "assign_customer" ? review.customers.map(({ id }) => id) : [];
  return (
    <ReviewForm
      id={action}
      action={`/dashboard/review/${review.subjectId}/decide`}
      csrfToken={csrfToken}
      hidden={{ action, ...(found.length > 0 && { customers: found.join(".") }) }}
      isOpen={found.length > 0}
      summary={t(`actions.${action}.label`)}
      what={t(`actions.${action}.what`, { amount })}
      submit={t(`actions.${action}.submit`)}
      problems={problems}
    >
      <ActionFields review={review} action={action} problems={problems} />
    </ReviewForm>
  );
}
