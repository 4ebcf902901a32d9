import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cruiseTree } from "../scripts/lib/cruise.mjs";

// A checker that reads nothing reports nothing. Raise this as the house grows.
const MODULES_MIN = 250;

const PLANTED: Record<string, [from: string, to: string]> = {
  "no-cycles": ["lib/recovery/one.ts", "lib/recovery/two.ts"],
  "lib-never-looks-up": ["lib/payments/looks-up.ts", "app/page.tsx"],
  "kit-is-pure": ["lib/kit/impure.ts", "lib/env.ts"],
  "ledger-knows-nobody": ["lib/ledger/knows.ts", "lib/payments/verb.ts"],
  "providers-only-speak": ["lib/providers/daraja/reads.ts", "lib/db.ts"],
  "providers-are-strangers": [
    "lib/providers/daraja/leans.ts",
    "lib/providers/pesavoucher/client.ts",
  ],
  "only-verbs-query": ["app/dashboard/page.tsx", "lib/db.ts"],
  "routes-do-not-dial": ["app/deposit/page.tsx", "lib/providers/pesavoucher/client.ts"],
  "components-are-dumb": ["components/checkout/clever.tsx", "lib/payments/verb.ts"],
  "handlers-are-leaves": ["lib/payments/climbs.ts", "lib/jobs/handlers/leaf.ts"],
  "sandbox-shares-nothing": ["sandbox/daraja/shares.ts", "lib/kit/money.ts"],
  "nothing-imports-tests": ["lib/payments/tested.ts", "lib/payments/verb.test.ts"],
  "nothing-is-missing": ["lib/payments/lost.ts", "lib/payments/gone.ts"],
};

const MODULES = ["app/page.tsx", "lib/env.ts", "lib/db.ts", "lib/payments/verb.ts"].concat([
  "lib/payments/verb.test.ts",
  "lib/providers/pesavoucher/client.ts",
  "lib/jobs/handlers/leaf.ts",
  "lib/kit/money.ts",
]);

describe("the shape of the house", () => {
  test("no module imports what it may not, and enough modules were read to say so", async () => {
    const { modules, violations } = await cruiseTree();

    expect(violations).toEqual([]);
    expect(modules).toBeGreaterThan(MODULES_MIN);
  });
});

describe("the rules bite", () => {
  let dir = "";
  let violations: string[] = [];
  let ruleNames: string[] = [];

  beforeAll(async () => {
    dir = realpathSync(mkdtempSync(path.join(tmpdir(), "malipo-architecture-")));
    const options = { module: "esnext", moduleResolution: "bundler", paths: { "@/*": ["./*"] } };
    write(dir, "tsconfig.json", JSON.stringify({ compilerOptions: options }));
    for (const file of MODULES) write(dir, file, "export const here = 1;\n");
    for (const [from, to] of Object.values(PLANTED)) write(dir, from, importing(to));
    write(dir, "lib/recovery/two.ts", importing("lib/recovery/one.ts"));
    // What is allowed must pass: a callback's door may name the provider it verifies.
    write(
      dir,
      "app/api/pesavoucher/callback/route.ts",
      importing("lib/providers/pesavoucher/client.ts"),
    );

    const folders = ["app", "components", "lib", "sandbox"];
    const result = await cruiseTree({ baseDir: dir, folders });
    violations = result.violations;
    ruleNames = result.rules.map(({ name }) => name);
  });

  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test("every rule has a planted violation", () => {
    expect(Object.keys(PLANTED).sort()).toEqual([...ruleNames].sort());
  });

  test.each(Object.entries(PLANTED))("%s is caught when %j breaks it", (name, [from]) => {
    expect(violations.filter((line) => line.startsWith(`${name}: ${from} imports `))).not.toEqual(
      [],
    );
  });

  test("a callback's door may name its provider", () => {
    expect(violations.filter((line) => line.includes("app/api/pesavoucher/"))).toEqual([]);
  });
});

function importing(target: string): string {
  const address = `@/${target.replace(/\.tsx?$/, "")}`;
  return `import * as other from ${JSON.stringify(address)};\nexport const mine = other;\n`;
}

function write(dir: string, file: string, content: string): void {
  const place = path.join(dir, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, content);
}
