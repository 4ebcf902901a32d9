import path from "node:path";
import { programFile } from "./build.mjs";
import { rootDir } from "./paths.mjs";
import { waitUntil } from "./processes.mjs";

const READY_TIMEOUT_MS = 60_000;

/** The built programs in the order they start: the simulators, then the worker, then the shop. */
export function builtPrograms({ build, env, simulated }) {
  const shared = { ...env, NODE_ENV: "production", NEXT_DIST_DIR: build.distDir };
  const program = (name) => ({ name, args: [programFile(build, name)], env: shared });
  return [...(simulated.length > 0 ? [program("sandbox")] : []), program("worker"), program("app")];
}

/** The same programs straight from their sources, each started again when a file of its own changes. */
export function watchedPrograms({ env, simulated }) {
  const shared = { ...env, NODE_ENV: "development" };
  const tsx = path.join(rootDir, "node_modules/tsx/dist/cli.mjs");
  const watch = (name, file) => ({
    name,
    args: [tsx, "watch", "--clear-screen=false", file],
    env: shared,
  });
  const next = path.join(rootDir, "node_modules/next/dist/bin/next");
  return [
    ...(simulated.length > 0 ? [watch("sandbox", "sandbox/main.ts")] : []),
    watch("worker", "lib/jobs/worker.ts"),
    { name: "app", args: [next, "dev", "-H", "127.0.0.1", "-p", env.PORT], env: shared },
  ];
}

/** Resolves once the shop says that it can take payments; false when it has not within a minute. */
export function waitForApp({ port, isGivenUp = () => false }) {
  const answers = async () => {
    if (isGivenUp()) return true;
    try {
      const url = `http://127.0.0.1:${port}/api/health/ready`;
      const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      return response.ok;
    } catch {
      return false;
    }
  };
  return waitUntil(answers, { timeoutMs: READY_TIMEOUT_MS, everyMs: 150 });
}
