import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";

/** One line to search a list by: it sends `q`, and the list says what it finds. */
export function SearchForm(props: {
  action: string;
  label: string;
  hint: string;
  submit: string;
  text?: string;
}) {
  const { action, label, hint, submit, text = "" } = props;
  return (
    <form action={action} role="search" className="flex flex-wrap items-end gap-2">
      <div className="min-w-0 flex-1 basis-72">
        <Field
          id="q"
          name="q"
          type="search"
          label={label}
          hint={hint}
          defaultValue={text}
          maxLength={100}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
        />
      </div>
      <div className="max-sm:w-full">
        <Button kind="secondary">{submit}</Button>
      </div>
    </form>
  );
}
