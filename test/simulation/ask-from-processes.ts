import { spawn } from "node:child_process";
import { once } from "node:events";

const PROGRAM = ["--import", "tsx", "test/simulation/ask-at-gate.ts"];

/** Has several real processes stand at the provider's gate together, and gives what each of them was given. */
export async function askFromProcesses(
  count: number,
  question: readonly string[],
): Promise<unknown[]> {
  const processes = await Promise.all(
    Array.from({ length: count }, async () => {
      const child = spawn(process.execPath, [...PROGRAM, ...question], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      const ended = once(child, "close");
      let told = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
      await Promise.race([once(child.stdout, "data"), ended]);
      return { child, ended, told: () => told };
    }),
  );
  for (const { child } of processes) child.stdin.write("go\n");
  await Promise.all(processes.map(({ ended }) => ended));
  return processes.map(({ told }): unknown => JSON.parse(told().replace(/^ready\n/, "")));
}
