import { Notice } from "./notice";

/** What to correct, at the top of the page, each line a link to its field. */
export function ErrorSummary(props: {
  title: string;
  problems: readonly { fieldId: string; sentence: string }[];
}) {
  return (
    <div role="alert">
      <Notice tone="failed">
        <h2 className="font-semibold">{props.title}</h2>
        {props.problems.map(({ fieldId, sentence }) => (
          <a
            key={fieldId}
            href={`#${fieldId}`}
            className="flex min-h-12 items-center underline underline-offset-4"
          >
            {sentence}
          </a>
        ))}
      </Notice>
    </div>
  );
}
