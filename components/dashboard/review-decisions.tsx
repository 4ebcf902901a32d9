import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { SubmitOnce } from "@/components/ui/submit-once";
import type { CaseDecision, ReviewCase } from "@/lib/recovery/schemas";
import { exactTimeFormatter } from "./exact-time";
import { problemsOf, ReviewForm, type PostedForm } from "./review-form";

const NOTHING = "0.00";

interface Props {
  review: ReviewCase;
  csrfToken: string;
  posted: PostedForm | null;
}

/** What people decided about a case; one that waits is for a second person to carry out or turn down. */
export function ReviewDecisions(props: Props) {
  const { decisions } = props.review;
  if (decisions.length === 0) return null;
  return (
    <ul className="grid gap-3">
      {decisions.map((decision) => (
        <li key={decision.id} className="grid gap-2">
          {decision.state === "waiting" ? (
            <WaitingDecision {...props} decision={decision} />
          ) : (
            <EndedDecision decision={decision} />
          )}
        </li>
      ))}
    </ul>
  );
}

async function WaitingDecision({
  decision,
  review,
  csrfToken,
  posted,
}: Props & { decision: CaseDecision }) {
  const [t, time] = await Promise.all([getTranslations("reviewQueue"), exactTimeFormatter()]);
  const base = `/dashboard/review/decisions/${decision.id}`;
  const amount = amountText(decision.amount);
  return (
    <>
      <Notice tone="checking">
        <p className="font-semibold">{await sentenceOf(decision)}</p>
        {decision.using.length > 0 && (
          <p className="font-semibold wrap-anywhere">{usedText(decision)}</p>
        )}
        <p className="wrap-anywhere">{decision.reason}</p>
        <p>{t("waitsUntil", { time: time(decision.before) })}</p>
      </Notice>
      {decision.isMine ? (
        <p>{t("ownDecision")}</p>
      ) : (
        <>
          <SubmitOnce method="post" action={`${base}/approve`} className="grid gap-3 sm:w-fit">
            <input type="hidden" name="csrf" value={csrfToken} />
            <input type="hidden" name="subject" value={review.subjectId} />
            <Button busyLabel={t("deciding")}>{t("approve", { amount })}</Button>
          </SubmitOnce>
          <ReviewForm
            id="turn-down"
            action={`${base}/turn-down`}
            csrfToken={csrfToken}
            hidden={{ subject: review.subjectId }}
            summary={t("turnDown")}
            what={t("turnDownWhat")}
            submit={t("turnDownSubmit")}
            problems={problemsOf(posted, "turn-down")}
          />
        </>
      )}
    </>
  );
}

async function EndedDecision({ decision }: { decision: CaseDecision }) {
  const [t, time] = await Promise.all([getTranslations("reviewQueue"), exactTimeFormatter()]);
  const { decidedBy, decidedAt } = decision;
  const state = t(`decisionStates.${decision.state}`);
  return (
    <>
      <p className="font-semibold">{await sentenceOf(decision)}</p>
      <p className="text-sm wrap-anywhere text-soft">
        {[time(decision.at), usedText(decision), decision.reason].filter(Boolean).join(" · ")}
      </p>
      <p className="text-sm wrap-anywhere text-soft">
        {[decidedBy ? `${state}: ${decidedBy}` : state, decidedAt && time(decidedAt), decision.note]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </>
  );
}

/** What the decision rests on; an amount as amounts are written everywhere. */
function usedText({ using }: CaseDecision): string {
  return using.map((one) => (/^\d+\.\d\d$/.test(one) ? amountText(one) : one)).join(" · ");
}

/** Who decided what, and about how much, where the decision itself moves something. */
async function sentenceOf({ by, action, amount }: CaseDecision): Promise<string> {
  const t = await getTranslations("reviewQueue");
  const what = action === null ? "" : t(`actions.${action}.label`);
  if (amount === NOTHING) return t("decidedOnly", { name: by, action: what });
  return t("decided", { name: by, action: what, amount: amountText(amount) });
}
