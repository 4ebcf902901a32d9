import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "@/test/eventually";
import { createSupervisor, type Supervisor } from "./supervisor.mjs";

let dir = "";
let supervisor: Supervisor | undefined;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "malipo-supervisor-"));
});

afterEach(async () => {
  await supervisor?.stop();
  supervisor = undefined;
  rmSync(dir, { recursive: true, force: true });
});

const diary = () => readFileSync(path.join(dir, "diary"), "utf8").trim().split("\n");

/** A program that writes into the diary when it starts and when it is told to stop. */
function program(
  name: string,
  body = "setInterval(() => {}, 1000);",
): { name: string; args: string[]; env: NodeJS.ProcessEnv } {
  const file = path.join(dir, `${name}.mjs`);
  writeFileSync(
    file,
    `import { appendFileSync } from "node:fs";
const note = (word) => appendFileSync(${JSON.stringify(path.join(dir, "diary"))}, "${name} " + word + "\\n");
note("up " + process.pid);
process.on("SIGTERM", () => { note("down"); process.exit(0); });
${body}`,
  );
  return { name, args: [file], env: process.env };
}

function create(
  onGiveUp: (name: string, lastLines: string[]) => void = () => undefined,
): Supervisor {
  const options = { logDir: path.join(dir, "logs"), say: () => undefined, backoffFirstMs: 5 };
  supervisor = createSupervisor({ ...options, onGiveUp });
  return supervisor;
}

test("a program that is killed is started again", async () => {
  create().start(program("worker"));
  await eventually(() => expect(diary()).toHaveLength(1));

  process.kill(Number(diary()[0]?.split(" ")[2]), "SIGKILL");

  await eventually(() => expect(diary()).toHaveLength(2));
});

test("programs stop in the reverse of the order they were started", async () => {
  const ours = create();
  for (const name of ["sandbox", "worker", "app"]) ours.start(program(name));
  await eventually(() => expect(diary()).toHaveLength(3));

  await ours.stop();

  expect(diary().slice(3)).toEqual(["app down", "worker down", "sandbox down"]);
});

test("one that keeps failing is given up with its last words, which are also in its log", async () => {
  const givenUp: { name: string; lastLines: string[] }[] = [];
  const ours = create((name, lastLines) => givenUp.push({ name, lastLines }));
  ours.start(program("app", 'console.log("no such table"); process.exit(1);'));

  await eventually(() => expect(givenUp).toHaveLength(1), { timeoutMs: 15_000 });

  expect(givenUp[0]?.name).toBe("app");
  expect(givenUp[0]?.lastLines).toContain("no such table");
  expect(readFileSync(path.join(dir, "logs/app.log"), "utf8")).toContain("no such table");
});

test("a supervisor that is killed takes its programs with it", async () => {
  const { args } = program("worker");
  const file = path.join(dir, "supervise.mjs");
  const supervisorUrl = pathToFileURL(path.join(import.meta.dirname, "supervisor.mjs")).href;
  const logDir = path.join(dir, "logs");
  writeFileSync(
    file,
    `import { createSupervisor } from ${JSON.stringify(supervisorUrl)};
createSupervisor({ logDir: ${JSON.stringify(logDir)}, onGiveUp() {} })
  .start({ name: "worker", args: ${JSON.stringify(args)}, env: process.env });`,
  );
  const parent = spawn(process.execPath, [file], { stdio: "ignore" });
  await eventually(() => expect(diary()).toHaveLength(1));

  parent.kill("SIGKILL");

  await eventually(() => expect(diary()).toContain("worker down"));
});
