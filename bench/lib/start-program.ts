import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rootDir } from "../../scripts/lib/paths.mjs";

const STOP_PATIENCE_MS = 15_000;
const LAST_OUTPUT_LENGTH = 4_000;

/** A process of the bench, talked to over its channel. */
export interface Program {
  readonly pid: number;
  /** Sends a message and resolves with the answer. One question at a time. */
  ask(question: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
// A bench that breaks takes down what it started; nothing else.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts a Node program of this folder. Its output is kept and shown when it ends unasked. */
export function startProgram(input: {
  name: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
}): Program {
  const child = spawn(process.execPath, input.args, {
    cwd: rootDir,
    env: input.env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "advanced",
  });
  running.add(child);
  let stopping = false;
  let output = "";
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString("utf8")).slice(-LAST_OUTPUT_LENGTH);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const ended = once(child, "exit").then(() => {
    running.delete(child);
    if (!stopping) throw new Error(`${input.name} ended unasked. It said last:\n${output}`);
  });
  ended.catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
  return {
    pid: child.pid ?? 0,
    async ask(question) {
      const answer = once(child, "message");
      child.send(question as object);
      const [message] = (await answer) as [unknown];
      return message;
    },
    async stop() {
      stopping = true;
      if (child.connected) child.disconnect();
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), STOP_PATIENCE_MS);
      await ended;
      clearTimeout(patience);
    },
  };
}
