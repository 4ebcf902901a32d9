import { type StatementProblem } from "./statement";

/** Ends the reading of a file with one of the problems that are shown to the person who chose it. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";

  constructor(
    readonly problem: StatementProblem,
    readonly row: number | null = null,
  ) {
    super(problem);
  }
}
