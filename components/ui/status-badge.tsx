import { Icon, type IconName } from "./icon";

export type Status = "waiting" | "paid" | "not_paid" | "checking" | "given_back";

const LOOKS: Record<Status, { icon: IconName; className: string }> = {
  waiting: { icon: "clock", className: "text-checking" },
  paid: { icon: "check", className: "text-paid" },
  not_paid: { icon: "cross", className: "text-failed" },
  checking: { icon: "search", className: "text-checking" },
  given_back: { icon: "up", className: "text-ink" },
};

/** A status as a word with an icon, never as a colour alone. */
export function StatusBadge({ status, word }: { status: Status; word: string }) {
  const { icon, className } = LOOKS[status];
  return (
    <span className={`inline-flex items-center gap-1 font-semibold ${className}`}>
      <Icon name={icon} size={18} />
      {word}
    </span>
  );
}
