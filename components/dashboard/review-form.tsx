import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import type { FormProblems } from "@/components/checkout/form-problems";
import { Button } from "@/components/ui/button";
import { SubmitOnce } from "@/components/ui/submit-once";
import { NoteField } from "./note-field";

/** What the last post from a case's panel left behind, for the one form that it came from. */
export interface PostedForm {
  readonly form: string;
  readonly action: string | undefined;
  readonly problems: FormProblems;
}

const NOTHING: FormProblems = { byField: {}, whole: null, values: {} };

/** The problems of one form of the panel; nothing where the last post came from another. */
export function problemsOf(posted: PostedForm | null, form: string, action?: string): FormProblems {
  const isThis = posted?.form === form && (action === undefined || posted.action === action);
  return isThis ? posted.problems : NOTHING;
}

/** A field's id: the line at the top of the page leads to the one that it complains about. */
export function fieldId(form: string, name: string, problems: FormProblems): string {
  return problems.byField[name] === undefined ? `${form}-${name}` : name;
}

/** Opens what will happen, asks why, and has the button that makes it happen: nobody decides by one tap. */
export async function ReviewForm(props: {
  /** Unique on its page. */
  id: string;
  action: string;
  csrfToken: string;
  hidden?: Readonly<Record<string, string>>;
  summary: string;
  what: string;
  submit: string;
  problems: FormProblems;
  /** Without a reason nothing is decided; absent where none is asked for. */
  withReason?: boolean;
  kind?: "primary" | "secondary";
  /** It is what was just looked for. */
  isOpen?: boolean;
  children?: ReactNode;
}) {
  const t = await getTranslations("reviewQueue");
  const { id, problems, withReason = true } = props;
  const hasProblem = Object.keys(problems.byField).length > 0 || problems.whole !== null;
  return (
    <details id={id} open={props.isOpen === true || hasProblem} className="border-t border-line">
      <summary className="flex min-h-12 cursor-pointer items-center font-semibold text-action underline underline-offset-4">
        {props.summary}
      </summary>
      <SubmitOnce method="post" action={props.action} className="grid gap-3 pb-4" noValidate>
        <input type="hidden" name="csrf" value={props.csrfToken} />
        {Object.entries(props.hidden ?? {}).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <p>{props.what}</p>
        {props.children}
        {withReason && (
          <NoteField
            id={fieldId(id, "reason", problems)}
            name="reason"
            label={t("reason")}
            hint={t("reasonHint")}
            problem={problems.byField.reason}
            defaultValue={problems.values.reason}
            required
          />
        )}
        <Button kind={props.kind ?? "secondary"} busyLabel={t("deciding")}>
          {props.submit}
        </Button>
      </SubmitOnce>
    </details>
  );
}
