import pg from "pg";

/** Right before a statement or a provider call leaves the process, or right after its answer came. */
export type Moment = "before" | "after";

export interface CrashPoint {
  /** The first await is 1. */
  readonly at: number;
  readonly moment: Moment;
}

/** What every await of a dead process gets: nothing it asks for happens any more. */
export class Crash extends Error {
  override readonly name = "Crash";
  constructor() {
    super("the process is dead");
  }
}

export interface CrashRun {
  readonly crashed: boolean;
  /** What was awaited, in order: SQL statements by their first words, provider calls by their path. */
  readonly points: readonly string[];
}

interface Run {
  readonly crash: CrashPoint | null;
  readonly points: string[];
  readonly meanwhile: Meanwhile;
  dead: boolean;
}

/** What happens between a provider's answer and the moment in which the process reads it. */
type Meanwhile = () => Promise<unknown>;

type Query = (...args: unknown[]) => unknown;

const PROVIDER_CALL = /\/pesavoucher\/api\/|\/daraja\/(oauth|mpesa|pulltransactions)\//;

let run: Run | null = null;
let die: () => void = () => undefined;
let installed = false;

/**
 * Counts every statement sent to Postgres and every call to the provider from here on. `kill` is what
 * dying means: a real process ends itself; without it the process is only dead in that whatever it asks
 * for afterwards is refused, while Postgres rolls back what it left open.
 */
export function installCrashPoints(kill: () => void = () => undefined): void {
  die = kill;
  if (installed) return;
  installed = true;
  wrapPostgres();
  wrapFetch();
}

/**
 * Runs `work` as a process that dies at `crash`, or never, and says what it awaited. `meanwhile` happens
 * whenever a provider has answered and nobody has read the answer yet.
 */
export async function runUntilCrash(
  work: () => Promise<unknown>,
  crash: CrashPoint | null,
  meanwhile: Meanwhile = () => Promise.resolve(),
): Promise<CrashRun> {
  const current: Run = { crash, points: [], meanwhile, dead: false };
  run = current;
  try {
    await work();
  } catch (error) {
    // A verb may wrap the crash, or answer it; a living process has no excuse.
    if (!current.dead) throw error;
  } finally {
    run = null;
  }
  return { crashed: current.dead, points: current.points };
}

/** Counts one await. True when the process dies before it. */
function diesBefore(current: Run, label: string): boolean {
  if (current.dead) return true;
  current.points.push(label);
  return strikes(current, "before", current.points.length);
}

function strikes(current: Run, moment: Moment, at: number): boolean {
  if (current.crash?.at !== at || current.crash.moment !== moment) return false;
  current.dead = true;
  die();
  return true;
}

function wrapPostgres(): void {
  const original = pg.Client.prototype.query as Query;
  const query: Query = function (this: unknown, ...args) {
    const current = run;
    const text = textOf(args[0]);
    if (!current || isRollback(text)) return Reflect.apply(original, this, args);
    if (diesBefore(current, labelOf(text))) {
      // A dead process' open transaction is rolled back by Postgres, never committed.
      if (!isCommit(text)) return refuse(args);
      const rolledBack = Promise.resolve(Reflect.apply(original, this, ["ROLLBACK"]));
      return rolledBack.then(
        () => refuse(args),
        () => refuse(args),
      );
    }
    const at = current.points.length;
    const callback = args.at(-1);
    if (typeof callback === "function") {
      const answer = (error: unknown, result: unknown) =>
        strikes(current, "after", at) || current.dead
          ? Reflect.apply(callback, undefined, [new Crash()])
          : Reflect.apply(callback, undefined, [error, result]);
      return Reflect.apply(original, this, [...args.slice(0, -1), answer]);
    }
    const answered = Reflect.apply(original, this, args);
    if (!(answered instanceof Promise)) return answered;
    return answered.finally(() => {
      if (strikes(current, "after", at) || current.dead) throw new Crash();
    });
  };
  Object.assign(pg.Client.prototype, { query });
}

function wrapFetch(): void {
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const current = run;
    const url = input instanceof Request ? input.url : String(input);
    if (!current || !PROVIDER_CALL.test(url)) return original(input, init);
    if (diesBefore(current, `call ${url.split("/").at(-1) ?? ""}`)) throw new Crash();
    const at = current.points.length;
    const answer = await original(input, init);
    if (!current.dead) await current.meanwhile();
    if (strikes(current, "after", at) || current.dead) throw new Crash();
    return answer;
  };
}

function refuse(args: readonly unknown[]): unknown {
  const callback = args.at(-1);
  if (typeof callback !== "function") return Promise.reject(new Crash());
  queueMicrotask(() => void Reflect.apply(callback, undefined, [new Crash()]));
  return undefined;
}

function textOf(query: unknown): string {
  if (typeof query === "string") return query;
  if (typeof query !== "object" || query === null || !("text" in query)) return "";
  return String(query.text);
}

function isRollback(text: string): boolean {
  return /^\s*rollback/i.test(text);
}

function isCommit(text: string): boolean {
  return /^\s*commit/i.test(text);
}

function labelOf(text: string): string {
  return text.trim().replace(/\s+/g, " ").slice(0, 60);
}
