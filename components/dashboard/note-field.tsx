import { NOTE_MAX } from "@/lib/recovery/schemas";

/** A few lines of text, labelled as `Field` labels an input. */
export function NoteField(props: {
  id: string;
  label: string;
  hint: string;
  problem?: string;
  required?: boolean;
  name?: string;
  defaultValue?: string;
}) {
  const { id, label, hint, problem, required, name = "note", defaultValue } = props;
  const described = [`${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div className="grid gap-1">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        <p id={`${id}-hint`} className="text-sm text-soft">
          {hint}
        </p>
      </div>
      {problem && (
        <p id={`${id}-problem`} className="text-failed">
          {problem}
        </p>
      )}
      <textarea
        id={id}
        name={name}
        defaultValue={defaultValue}
        rows={2}
        maxLength={NOTE_MAX}
        autoComplete="off"
        aria-required={required}
        aria-invalid={problem ? true : undefined}
        aria-describedby={described}
        className={`w-full rounded-box border bg-ground p-3 ${
          problem ? "border-2 border-failed" : "border-soft"
        }`}
      />
    </div>
  );
}
