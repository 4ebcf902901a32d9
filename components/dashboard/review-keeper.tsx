import { getTranslations } from "next-intl/server";
import { Button } from "@/components/ui/button";
import { SubmitOnce } from "@/components/ui/submit-once";
import type { ReviewCase } from "@/lib/recovery/schemas";
import { problemsOf, type PostedForm } from "./review-form";

/** Who looks after a case, one button to take it, and a list to give it to somebody. */
export async function ReviewKeeper(props: {
  review: ReviewCase;
  csrfToken: string;
  posted: PostedForm | null;
}) {
  const t = await getTranslations("reviewQueue");
  const { review, csrfToken } = props;
  const { assignee, viewerId, people } = review;
  const isMine = assignee?.id === viewerId;
  const action = `/dashboard/review/${review.subjectId}/assign`;
  const problem = problemsOf(props.posted, "assign").byField.assignee;
  const others = people.filter(({ id }) => id !== viewerId && id !== assignee?.id);
  return (
    <div className="grid gap-2">
      <p className="font-semibold">
        {isMine
          ? t("keptByYou")
          : assignee
            ? t("keptBy", { name: assignee.name })
            : t("keptByNobody")}
      </p>
      <div className="flex flex-wrap items-end gap-3">
        {!isMine && (
          <SubmitOnce method="post" action={action}>
            <input type="hidden" name="csrf" value={csrfToken} />
            <input type="hidden" name="assignee" value={viewerId} />
            <Button kind="secondary">{t("take")}</Button>
          </SubmitOnce>
        )}
        {others.length > 0 && (
          <SubmitOnce
            method="post"
            action={action}
            className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-3 max-sm:w-full"
          >
            <input type="hidden" name="csrf" value={csrfToken} />
            <div className="grid min-w-0 gap-1">
              <label htmlFor="assignee" className="font-semibold">
                {t("giveTo")}
              </label>
              {problem && (
                <p id="assignee-problem" className="text-failed">
                  {problem}
                </p>
              )}
              <select
                id="assignee"
                name="assignee"
                aria-describedby={problem && "assignee-problem"}
                className="min-h-12 w-full rounded-box border border-soft bg-ground px-3"
              >
                {others.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </div>
            <Button kind="secondary">{t("give")}</Button>
          </SubmitOnce>
        )}
      </div>
    </div>
  );
}
