/** Text as it was kept: its lines stay, and one that is too long wraps. */
export function RawText({ label, text }: { label: string; text: string }) {
  return (
    <figure className="grid gap-1">
      <figcaption className="text-sm text-soft">{label}</figcaption>
      <pre className="rounded-box border border-line bg-ground p-3 text-sm wrap-anywhere whitespace-pre-wrap">
        <code>{text}</code>
      </pre>
    </figure>
  );
}

/** An id that somebody may have to copy: whole, and never wider than the screen. */
export function LongId({ children }: { children: string }) {
  return <code className="font-normal break-all">{children}</code>;
}
