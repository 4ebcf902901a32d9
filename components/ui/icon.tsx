const PATHS = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 7v5l3.5 2M12 3a9 9 0 100 18 9 9 0 000-18z",
  search: "M15.5 15.5L20 20M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13z",
  cross: "M7 7l10 10M17 7L7 17",
  down: "M12 5v13M6.5 12.5L12 18l5.5-5.5",
  up: "M12 19V6M6.5 11.5L12 6l5.5 5.5",
  person: "M12 4a4 4 0 100 8 4 4 0 000-8zM4.5 20c.8-3.6 3.7-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  chevron: "M7 10l5 5 5-5",
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing in the colour of the text around it. It always stands beside a word, so it is hidden from readers. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.2"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="shrink-0"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
