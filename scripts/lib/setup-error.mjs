import { CommandError } from "./run-command.mjs";

/**
 * Something the person at the keyboard can put right. It is shown as its message alone, without a
 * stack: the message says what is wrong and what to do.
 */
export class SetupError extends Error {
  name = "SetupError";
}

/** Ends the program with the error's message, and its stack when it is a fault of these scripts. */
export function exitWith(error) {
  const isTold = error instanceof SetupError || error instanceof CommandError;
  process.stderr.write(`\n${isTold ? error.message : (error?.stack ?? error)}\n`);
  process.exit(1);
}
