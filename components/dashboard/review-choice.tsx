import type { FormProblems } from "@/components/checkout/form-problems";
import { fieldId } from "./review-form";

/** One of several, none of them chosen beforehand: nobody confirms a suggestion unread. */
export function ChoiceList(props: {
  form: string;
  name: string;
  legend: string;
  problems: FormProblems;
  choices: readonly { value: string; label: string; note?: string }[];
}) {
  const { form, name, problems } = props;
  const problem = problems.byField[name];
  const first = fieldId(form, name, problems);
  return (
    <fieldset className="grid gap-1" aria-describedby={problem && `${first}-problem`}>
      <legend className="font-semibold">{props.legend}</legend>
      {problem && (
        <p id={`${first}-problem`} className="text-failed">
          {problem}
        </p>
      )}
      {props.choices.map(({ value, label, note }, place) => (
        <label key={value} className="flex min-h-12 items-start gap-3 py-2">
          <input
            id={place === 0 ? first : `${first}-${place}`}
            type="radio"
            name={name}
            value={value}
            defaultChecked={problems.values[name] === value}
            className="mt-1 size-5 shrink-0 appearance-auto accent-action"
          />
          <span className="min-w-0 wrap-anywhere">
            {label}
            {note && <span className="block text-sm break-all text-soft">{note}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
