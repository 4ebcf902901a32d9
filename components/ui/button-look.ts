export type ButtonKind = "primary" | "secondary" | "quiet";

const BASE =
  "inline-flex min-h-12 items-center justify-center gap-2 rounded-box px-4 py-2 text-center font-semibold";

const KINDS: Record<ButtonKind, string> = {
  primary: "w-full bg-action text-action-ink hover:opacity-90",
  secondary: "w-full border border-soft text-ink hover:bg-raised",
  quiet: "text-action underline underline-offset-4",
};

/** The one look of buttons and of links that act like one. */
export function buttonLook(kind: ButtonKind): string {
  return `${BASE} ${KINDS[kind]}`;
}
