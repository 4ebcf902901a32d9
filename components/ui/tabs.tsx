import Link from "next/link";

/** Tabs that are links: they work without scripts and each has an address. */
export function Tabs(props: {
  label: string;
  tabs: readonly { href: string; label: string; current: boolean }[];
}) {
  return (
    <nav aria-label={props.label} className="grid grid-cols-2 border-b border-line">
      {props.tabs.map(({ href, label, current }) => (
        <Link
          key={href}
          href={href}
          prefetch={false}
          aria-current={current ? "page" : undefined}
          className={`flex min-h-12 items-center justify-center border-b-3 px-2 text-center ${
            current ? "border-action font-semibold" : "border-transparent text-soft"
          }`}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
