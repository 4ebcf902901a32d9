/**
 * `npm run simulate`: the long simulations. `-- --seeds N --payments M [--seed S]` runs shops of the shop
 * simulation alone: N of them, of M payments each, from seed S on; the same seed and payments are the same
 * shop again. `--trace` tells what happened in a shop that holds as well. Without these, or with `--all`, it
 * runs everything: shops, deposits, withdrawals and deaths. Other words are handed to vitest.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { rootDir } from "./lib/paths.mjs";
import { exitWith, SetupError } from "./lib/setup-error.mjs";

const SETTINGS = {
  "--seeds": "SIMULATION_SEEDS",
  "--payments": "SIMULATION_PAYMENTS",
  "--seed": "SIMULATION_SHOP_SEED",
};
const SHOP = ["lib/recovery/shop.simulation.test.ts", "-t", "shops of"];
const EVERYTHING = ["simulation", "crash"];

try {
  const { settings, rest, isAll } = readWords(process.argv.slice(2));
  const isOfShops = settings.length > 0 && !isAll;
  const child = spawn(
    process.execPath,
    [
      path.join(rootDir, "scripts/run.mjs"),
      ...["--no-database", "SIMULATION_LONG=1", ...settings],
      ...["vitest", "run", ...(isOfShops ? SHOP : EVERYTHING), "--testTimeout=3600000", ...rest],
    ],
    { stdio: "inherit" },
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.once("error", exitWith);
  child.once("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
} catch (error) {
  exitWith(error);
}

/** `--seeds 5` and `--seeds=5` are the same; whatever is none of ours is left for vitest. */
function readWords(given) {
  const words = given.flatMap((word) => {
    const [name, value] = word.split("=", 2);
    return name in SETTINGS && value !== undefined ? [name, value] : [word];
  });
  const [settings, rest] = [[], []];
  let isAll = false;
  while (words.length > 0) {
    const word = words.shift();
    if (word === "--all") isAll = true;
    else if (word === "--trace") settings.push("SIMULATION_TRACE=1");
    else if (word in SETTINGS)
      settings.push(`${SETTINGS[word]}=${wholeNumber(word, words.shift())}`);
    else rest.push(word);
  }
  return { settings, rest, isAll };
}

function wholeNumber(name, text) {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new SetupError(`${name} takes a whole number from 1 on, not ${text ?? "nothing"}`);
}
