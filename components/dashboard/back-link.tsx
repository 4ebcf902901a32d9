import Link from "next/link";

/** Leads up one page; it stands above a page's title. */
export function BackLink({ href, label }: { href: string; label: string }) {
  return (
    <Link
      href={href}
      prefetch={false}
      className="-mb-6 inline-flex min-h-12 w-fit items-center text-action underline underline-offset-4"
    >
      {label}
    </Link>
  );
}
