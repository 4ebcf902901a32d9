import { Notice } from "./notice";

/** What to correct, at the top of the page, each line a link to its field. Nothing when all is well. */
export function ErrorSummary(props: {
  title: string;
  problems: readonly { fieldId?: string; sentence: string }[];
}) {
  if (props.problems.length === 0) return null;
  return (
    <div role="alert">
      <Notice tone="failed">
        <h2 className="font-semibold">{props.title}</h2>
        <ul className="grid gap-1">
          {props.problems.map(({ fieldId, sentence }) => (
            <li key={`${fieldId}${sentence}`}>
              {fieldId ? (
                <a href={`#${fieldId}`} className="inline-block py-1 underline underline-offset-4">
                  {sentence}
                </a>
              ) : (
                sentence
              )}
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
