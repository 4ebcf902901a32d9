import type { ComponentProps } from "react";

type Props = ComponentProps<"input"> & {
  id: string;
  label: string;
  hint?: string;
  /** The sentence that says what to correct; undefined when nothing is wrong. */
  problem?: string;
};

/** A labelled input that says its hint and its problem to eyes and to screen readers alike. */
export function Field({ id, label, hint, problem, className, ...input }: Props) {
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div className="grid gap-1">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-sm text-soft">
            {hint}
          </p>
        )}
      </div>
      {problem && (
        <p id={`${id}-problem`} className="text-failed">
          {problem}
        </p>
      )}
      <input
        id={id}
        aria-invalid={problem ? true : undefined}
        aria-describedby={described || undefined}
        className={`min-h-12 w-full rounded-box border bg-ground px-3 ${
          problem ? "border-2 border-failed" : "border-soft"
        } ${className ?? ""}`}
        {...input}
      />
    </div>
  );
}
