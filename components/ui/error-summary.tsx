import { Notice } from "./notice";

/**
 * What to correct, at the top of the page, each line a link to its field. The browser itself puts the focus
 * on it when the page has loaded, so that it is so without scripts too.
 */
export function ErrorSummary(props: {
  title: string;
  problems: readonly { fieldId: string; sentence: string }[];
}) {
  return (
    <div role="alert" tabIndex={-1} autoFocus>
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
