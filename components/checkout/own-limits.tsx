import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { Button } from "@/components/ui/button";
import { Disclosure } from "@/components/ui/disclosure";
import { Facts } from "@/components/ui/facts";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitOnce } from "@/components/ui/submit-once";
import type { OwnLimit } from "@/lib/payments/schemas";
import { eatFormatter } from "./eat-time";
import type { FormProblems } from "./form-problems";

interface Props {
  limits: readonly OwnLimit[];
  csrfToken: string;
  /** Of the limit that was refused: `values.kind` says which. */
  problems: FormProblems;
  /** The kind that was just saved. */
  saved: string | null;
}

/** What a customer lets themselves take out, what counts from when, and a form for each. */
export async function OwnLimits(props: Props) {
  const t = await getTranslations("limits");
  return (
    <section id="limits" className="grid gap-3 border-t border-line pt-4">
      <h2 className="font-semibold">{t("title")}</h2>
      <p className="text-sm text-soft">{t("intro")}</p>
      <Saved {...props} />
      <Facts
        rows={props.limits.map(({ kind, amount, merchant }) => [
          t(kind),
          t("upTo", { amount: lowerText(amount, merchant) }),
        ])}
      />
      <Waiting {...props} />
      {props.limits.map((limit) => (
        <LimitForm key={limit.kind} {...props} limit={limit} />
      ))}
    </section>
  );
}

/** A limit of their own above the merchant's limits nothing. */
function lowerText(own: string | null, merchant: string): string {
  const isOwn = own !== null && Number(own) < Number(merchant);
  return amountText(isOwn ? own : merchant, { whole: true });
}

async function Saved({ limits, saved }: Props) {
  const [t, time] = await Promise.all([getTranslations("limits"), eatFormatter()]);
  const limit = limits.find(({ kind }) => kind === saved);
  if (!limit) return null;
  return (
    <div role="status">
      <Notice>
        <p>{limit.next_from ? t("savedLater", { time: time(limit.next_from) }) : t("saved")}</p>
      </Notice>
    </div>
  );
}

/** The higher limits that wait for their day. */
async function Waiting({ limits }: Props) {
  const [t, time] = await Promise.all([getTranslations("limits"), eatFormatter()]);
  const waiting = limits.flatMap(({ kind, next, next_from: from }) => {
    if (from === null) return [];
    const said =
      next === null
        ? t("nextNone", { time: time(from) })
        : t("next", { amount: amountText(next, { whole: true }), time: time(from) });
    return [{ kind, said }];
  });
  if (waiting.length === 0) return null;
  return (
    <Notice tone="checking">
      {waiting.map(({ kind, said }) => (
        <p key={kind}>
          <span className="font-semibold">{t(kind)}:</span> {said}
        </p>
      ))}
    </Notice>
  );
}

async function LimitForm({ limit, csrfToken, problems }: Props & { limit: OwnLimit }) {
  const t = await getTranslations("limits");
  const { kind, amount, merchant } = limit;
  const isRefused = problems.values.kind === kind && problems.byField.amount !== undefined;
  const own = amount?.replace(/\.00$/, "") ?? "";
  return (
    <Disclosure summary={t("change", { what: t(kind) })} open={isRefused}>
      <SubmitOnce method="post" action="/api/limits" className="grid gap-3" noValidate>
        <input type="hidden" name="csrf" value={csrfToken} />
        <input type="hidden" name="kind" value={kind} />
        <Field
          // The summary of problems leads to the field that has one.
          id={isRefused ? "amount" : `limit-${kind}`}
          name="amount"
          label={t("amount")}
          hint={t("hint", { merchant: amountText(merchant, { whole: true }) })}
          problem={isRefused ? problems.byField.amount : undefined}
          defaultValue={isRefused ? problems.values.amount : own}
          inputMode="decimal"
          autoComplete="off"
          enterKeyHint="go"
          maxLength={30}
          className="text-xl font-semibold tabular-nums"
        />
        <Button kind="secondary" busyLabel={t("saving")}>
          {t("save")}
        </Button>
      </SubmitOnce>
    </Disclosure>
  );
}
