import { getTranslations } from "next-intl/server";
import type { FormProblems } from "@/components/checkout/form-problems";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { SubmitOnce } from "@/components/ui/submit-once";
import { addMs, HOUR_MS } from "@/lib/kit/time";
import type { HistoryAccount } from "@/lib/recovery/schemas";
import { Fold } from "./fold";

const EAT_AHEAD_MS = 3 * HOUR_MS;
const USUAL_BACK_MS = 2 * HOUR_MS;

interface Props {
  account: HistoryAccount;
  problems: FormProblems;
  isAdmin: boolean;
  csrfToken: string;
  now: Date;
}

/** Has M-Pesa tell us of every payment. Done before, it is a line that opens. */
export async function ConfirmationsForm({ account, isAdmin, csrfToken }: Props) {
  const t = await getTranslations("dashboardHistory");
  if (!isAdmin) return <p className="text-sm text-soft">{t("onlyAdmins")}</p>;
  const form = (
    <SubmitOnce
      method="post"
      action={`/dashboard/accounts/${account.id}/confirmations`}
      className="grid gap-3"
    >
      <input type="hidden" name="csrf" value={csrfToken} />
      <div className="grid gap-1">
        <label htmlFor={`version-${account.id}`} className="font-semibold">
          {t("version")}
        </label>
        <select
          id={`version-${account.id}`}
          name="version"
          defaultValue={account.version}
          className="min-h-12 w-full rounded-box border border-soft bg-ground px-3"
        >
          <option value="v1">{t("v1")}</option>
          <option value="v2">{t("v2")}</option>
        </select>
      </div>
      <Button
        kind="secondary"
        busyLabel={t("registering")}
        aria-label={`${t("register")} (${account.number})`}
      >
        {t("register")}
      </Button>
    </SubmitOnce>
  );
  // Where M-Pesa has another address than we give out, registering is what there is to do.
  return account.address === "current" ? <Fold summary={t("registerAgain")}>{form}</Fold> : form;
}

/** Opens M-Pesa's list to us. */
export async function ListForm({ account, problems, isAdmin, csrfToken }: Props) {
  const t = await getTranslations("dashboardHistory");
  if (!isAdmin) return null;
  const problem = problems.byField.nominated_number;
  const form = (
    <SubmitOnce
      method="post"
      action={`/dashboard/accounts/${account.id}/list`}
      className="grid gap-3"
      noValidate
    >
      <input type="hidden" name="csrf" value={csrfToken} />
      <Field
        id={`number-${account.id}`}
        name="nominated_number"
        label={t("nominated")}
        hint={
          account.nominatedNumber
            ? t("nominatedKnown", { number: account.nominatedNumber })
            : t("nominatedHint")
        }
        problem={problem}
        defaultValue={problems.values.nominated_number ?? ""}
        type="tel"
        inputMode="tel"
        autoComplete="off"
        maxLength={30}
      />
      <Button
        kind="secondary"
        busyLabel={t("opening")}
        aria-label={`${t("open")} (${account.number})`}
      >
        {t("open")}
      </Button>
    </SubmitOnce>
  );
  return account.listedSince && !problem ? <Fold summary={t("openAgain")}>{form}</Fold> : form;
}

/** Reads the list for a window of one's own. */
export async function AskHistoryForm({ account, problems, csrfToken, now }: Props) {
  const t = await getTranslations("dashboardHistory");
  const field = (name: "from" | "to", label: string, usual: Date) => (
    <Field
      id={`${name}-${account.id}`}
      name={name}
      label={label}
      problem={problems.byField[name]}
      defaultValue={problems.values[name] ?? minuteInNairobi(usual)}
      type="datetime-local"
      className="tabular-nums"
    />
  );
  return (
    <SubmitOnce
      method="post"
      action={`/dashboard/accounts/${account.id}/history`}
      className="grid max-w-column gap-3"
      noValidate
    >
      <input type="hidden" name="csrf" value={csrfToken} />
      <h3 className="font-semibold">{t("ask")}</h3>
      <p className="text-sm text-soft">{t("askHint")}</p>
      {field("from", t("from"), addMs(now, -USUAL_BACK_MS))}
      {field("to", t("to"), now)}
      <div className="sm:w-fit">
        <Button busyLabel={t("asking")} aria-label={`${t("askSubmit")} (${account.number})`}>
          {t("askSubmit")}
        </Button>
      </div>
    </SubmitOnce>
  );
}

/** `2026-11-21T18:05`, as the field wants it, in East Africa Time. */
function minuteInNairobi(instant: Date): string {
  return addMs(instant, EAT_AHEAD_MS).toISOString().slice(0, 16);
}
