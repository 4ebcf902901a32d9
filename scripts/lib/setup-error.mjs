/**
 * Something the person at the keyboard can put right. It is shown as its message alone, without a
 * stack: the message says what is wrong and what to do.
 */
export class SetupError extends Error {
  name = "SetupError";
}

/** Ends the program with the error's message, and its stack when it is a fault of ours. */
export function exitWith(error) {
  process.stderr.write(
    `\n${error instanceof SetupError ? error.message : (error?.stack ?? error)}\n`,
  );
  process.exit(1);
}
