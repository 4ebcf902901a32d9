import Link from "next/link";

/** One of a few ways to go on, drawn as a large radio. It is a link, so it works in every browser. */
export function ChoiceCard(props: {
  href: string;
  chosen: boolean;
  name: string;
  line: string;
  note: string;
}) {
  return (
    <Link
      href={props.href}
      prefetch={false}
      aria-current={props.chosen ? "true" : undefined}
      className={`grid grid-rows-[auto_1fr_auto] gap-0.5 rounded-box border-2 p-3 text-sm ${
        props.chosen ? "border-action bg-raised" : "border-line"
      }`}
    >
      <span className="text-base font-semibold">{props.name}</span>
      <span>{props.line}</span>
      <span className="flex items-end justify-between gap-2 text-soft">
        {props.note}
        <Dot chosen={props.chosen} />
      </span>
    </Link>
  );
}

function Dot({ chosen }: { chosen: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={`size-5 shrink-0 rounded-full ${
        chosen ? "border-6 border-action" : "border-2 border-soft"
      }`}
    />
  );
}
