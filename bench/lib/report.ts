/** One goal of the design and what was measured against it. */
export interface Aim {
  readonly what: string;
  /** Such as `≥ 1.0`. */
  readonly aim: string;
  readonly got: string;
  readonly met: boolean;
}

/** What one part of the bench found, for people. */
export interface Section {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  readonly aims: readonly Aim[];
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The whole report as Markdown. */
export function renderReport(input: {
  command: string;
  machine: readonly string[];
  notes: readonly string[];
  sections: readonly Section[];
}): string {
  const aims = input.sections.flatMap((section) => section.aims);
  const rows = aims.map(({ what, aim, got, met }) => [what, aim, got, met ? "met" : "**missed**"]);
  return [
    "# Benchmarks",
    `Written by \`${input.command}\`. ${input.notes.join(" ")}`,
    ...input.machine.map((line) => `- ${line}`),
    "",
    table(["what", "aim", "measured", ""], rows),
    ...input.sections.map((section) => `\n## ${section.title}\n\n${section.text}`),
  ].join("\n\n");
}
