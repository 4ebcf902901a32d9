import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { packStaticFiles } from "./pack-static.mjs";
import { generateClient } from "./prisma.mjs";
import { binDir, rootDir } from "./paths.mjs";
import { run } from "./run-command.mjs";

const SOURCES = [
  "app",
  "components",
  "lib",
  "prisma",
  "public",
  "sandbox",
  "server.ts",
  "proxy.ts",
];
const SETTINGS = ["next.config.ts", "postcss.config.mjs", "tsconfig.json", "package-lock.json"];
const NOT_BUILT = /\.(test|spec)\.tsx?$|^lib\/generated\/|^prisma\/migrations\//;
const ENTRIES = {
  app: "server.ts",
  worker: "lib/jobs/worker.ts",
  sandbox: "sandbox/main.ts",
  "migrate-jobs": "lib/jobs/migrate.ts",
  seed: "prisma/seed.ts",
};

/** The folders of a build: `npm start` and `npm test` keep one each and never disturb each other. */
export const START_BUILD = { distDir: ".next", bundleDir: ".build" };
export const TEST_BUILD = { distDir: ".next-test", bundleDir: ".build-test" };

/**
 * Builds the pages unless they were built from these very sources. A failed build can leave a folder
 * behind that fails ever after, so each try begins with an empty one, and there are two tries.
 * Resolves to whether it had to build.
 */
export async function buildPages({ build, env, quiet = true, onStart = () => undefined }) {
  const hash = hashOfSources();
  const stampFile = path.join(rootDir, build.distDir, "malipo-sources");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === hash) return false;
  onStart();
  const next = () => {
    rmSync(path.join(rootDir, build.distDir), { recursive: true, force: true });
    const settings = { ...env, NODE_ENV: "production", NEXT_DIST_DIR: build.distDir };
    return run(path.join(binDir, "next"), ["build"], { env: settings, quiet });
  };
  await next().catch(next);
  await packStaticFiles(path.join(rootDir, build.distDir, "static"));
  writeFileSync(stampFile, hash);
  return true;
}

/** Writes as types what each page is given and has to export, for the check of types to hold it to. */
export async function generateRouteTypes({ build }) {
  const env = { ...process.env, NEXT_DIST_DIR: build.distDir, NEXT_TELEMETRY_DISABLED: "1" };
  await run(path.join(binDir, "next"), ["typegen"], { env });
}

/**
 * Bundles the programs that run beside the pages, one file each, so that they start at once and need
 * no compiler in memory. Takes a fraction of a second, and is therefore done every time.
 */
export async function bundlePrograms({ build }) {
  await generateClient();
  const { build: bundle, stop: endCompiler } = await import("esbuild");
  const outdir = path.join(rootDir, build.bundleDir);
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const bundles = Object.entries(ENTRIES).map(([name, entry]) =>
    bundle({
      absWorkingDir: rootDir,
      entryPoints: [entry],
      outfile: programFile(build, name),
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      target: "node24",
      jsx: "automatic",
      sourcemap: "linked",
      logLevel: "silent",
      plugins: [completeAddresses, keepOwnAddress(path.join(rootDir, entry))],
    }),
  );
  await Promise.all(bundles);
  await endCompiler();
}

/** Where a bundled program is. */
export function programFile(build, name) {
  return path.join(rootDir, build.bundleDir, `${name}.mjs`);
}

/**
 * Node takes "next/server" for a file name as it stands, where bundlers and TypeScript add the ".js".
 * So do we, for packages that do not declare their entries.
 */
const completeAddresses = {
  name: "complete-addresses",
  setup(bundler) {
    bundler.onResolve({ filter: /^(?:@[^/]+\/)?[^@./][^/]*\/.+/ }, ({ path: address }) => {
      const isWhole = /\.[cm]?js(?:on)?$/.test(address);
      const file = path.join(rootDir, "node_modules", `${address}.js`);
      if (isWhole || !existsSync(file) || declaresEntries(address)) return undefined;
      return { path: `${address}.js`, external: true };
    });
  },
};

function declaresEntries(address) {
  const parts = address.split("/");
  const name = parts.slice(0, address.startsWith("@") ? 2 : 1).join("/");
  const file = path.join(rootDir, "node_modules", name, "package.json");
  return JSON.parse(readFileSync(file, "utf8")).exports !== undefined;
}

/**
 * A module that asks where it is gets its source's place, not the bundle's. Only the entry keeps the
 * bundle's address: it compares that with the running program's to know that it is the one to start.
 */
function keepOwnAddress(entryFile) {
  return {
    name: "keep-own-address",
    setup(bundler) {
      bundler.onLoad({ filter: /\.tsx?$/ }, ({ path: file }) => {
        const url = file === entryFile ? undefined : pathToFileURL(file).href;
        const values = { dirname: path.dirname(file), filename: file, url };
        const contents = readFileSync(file, "utf8").replace(
          /\bimport\.meta\.(dirname|filename|url)\b/g,
          (question, name) => (values[name] ? JSON.stringify(values[name]) : question),
        );
        return { contents, loader: file.endsWith("x") ? "tsx" : "ts" };
      });
    },
  };
}

function hashOfSources() {
  const hash = createHash("sha256");
  for (const file of [...SOURCES.flatMap(filesUnder), ...SETTINGS].sort()) {
    if (NOT_BUILT.test(file) || !existsSync(path.join(rootDir, file))) continue;
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(path.join(rootDir, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesUnder(source) {
  const place = path.join(rootDir, source);
  if (!existsSync(place)) return [];
  if (statSync(place).isFile()) return [source];
  return readdirSync(place, { recursive: true })
    .map((name) => path.join(source, String(name)).replaceAll(path.sep, "/"))
    .filter((file) => statSync(path.join(rootDir, file)).isFile());
}
