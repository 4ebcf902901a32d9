import { spawn } from "node:child_process";
import path from "node:path";
import { binDir, rootDir } from "./paths.mjs";

/** The environment with the project's own executables, the pinned Node among them, found first. */
export function withProjectPath(env) {
  return { ...env, PATH: `${binDir}${path.delimiter}${env.PATH ?? ""}` };
}

/**
 * Runs a program to its end in the project's folder and resolves with its output. A failure rejects
 * with what it printed. With `quiet: false` the output also goes to the terminal as it comes.
 */
export function run(file, args, { env = process.env, quiet = true, cwd = rootDir } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ["ignore", "pipe", "pipe"];
    const child = spawn(file, args, { cwd, env: withProjectPath(env), stdio });
    const endWithUs = () => child.kill();
    process.once("exit", endWithUs);
    const chunks = [];
    for (const [stream, terminal] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.on("data", (chunk) => {
        chunks.push(chunk);
        if (!quiet) terminal.write(chunk);
      });
    }
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.removeListener("exit", endWithUs);
      const output = Buffer.concat(chunks).toString("utf8");
      if (code === 0) resolve(output);
      else
        reject(new CommandError([path.basename(file), ...args].join(" "), code ?? signal, output));
    });
  });
}

/** A program ended badly. Its message holds the command and everything it printed. */
export class CommandError extends Error {
  name = "CommandError";

  constructor(command, ending, output) {
    super(`"${command}" ended with ${ending}:\n${output.trim()}`);
    this.command = command;
    this.output = output;
  }
}
