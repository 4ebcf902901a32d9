import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import pg from "pg";
import { Crash, type CrashPoint } from "../simulation/crash-points";
import type { Outside } from "./outside";

/** One of several processes that work at the same time; it may die at one of its awaits. */
interface Process {
  readonly name: string;
  readonly crash: CrashPoint | null;
  awaits: number;
  dead: boolean;
}

type Query = (...args: unknown[]) => unknown;

const current = new AsyncLocalStorage<Process>();
let installed = false;
let begun = { atMs: 0, count: 0 };

/** The name of this process, the same whenever a seed is lived again: when it began, and as which one then. */
export function processName(): string {
  return current.getStore()?.name ?? `${Date.now()}`;
}

function nextName(): string {
  const atMs = Date.now();
  begun = { atMs, count: begun.atMs === atMs ? begun.count + 1 : 1 };
  return `${atMs}:${begun.count}`;
}

/**
 * Counts every statement sent to Postgres and every call to a provider, per process: several run beside each
 * other here, unlike in test/simulation/crash-points.ts. A dead one is refused whatever it asks for, and
 * Postgres rolls back what it left open.
 */
export function installProcesses(outside: Outside): void {
  if (installed) return;
  installed = true;
  wrapPool();
  wrapPostgres();
  wrapFetch(outside);
}

/** Runs `work` as a process of its own. What a dead one throws is nobody's concern; true when it died. */
export async function inProcess(
  work: () => Promise<unknown>,
  crash: CrashPoint | null,
): Promise<boolean> {
  const own: Process = { name: nextName(), crash, awaits: 0, dead: false };
  try {
    await current.run(own, work);
  } catch (error) {
    if (!own.dead && !isCrash(error)) throw error;
  }
  return own.dead;
}

/** Statements that Prisma made one of may belong to two processes; when one dies, the other sees a lost connection. */
function isCrash(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.message.includes(new Crash().message) || isCrash(error.cause);
}

/** Counts one await. True when the process dies before it. */
function diesBefore(own: Process): boolean {
  if (own.dead) return true;
  own.awaits += 1;
  return strikes(own, "before", own.awaits);
}

function strikes(own: Process, moment: CrashPoint["moment"], at: number): boolean {
  if (own.crash?.at !== at || own.crash.moment !== moment) return false;
  own.dead = true;
  return true;
}

/** The pool answers by callback, which may run in another process' context; waiting for it stays in our own. */
function wrapPool(): void {
  const original = pg.Pool.prototype.query as Query;
  const query: Query = function (this: unknown, ...args) {
    if (!(this instanceof pg.Pool) || typeof args.at(-1) === "function")
      return Reflect.apply(original, this, args);
    return this.connect().then(async (client) => {
      try {
        return await Reflect.apply(client.query, client, args);
      } finally {
        client.release();
      }
    });
  };
  Object.assign(pg.Pool.prototype, { query });
}

function wrapPostgres(): void {
  const original = pg.Client.prototype.query as Query;
  const query: Query = function (this: unknown, ...args) {
    const own = current.getStore();
    const text = textOf(args[0]);
    const answersByCallback = typeof args.at(-1) === "function";
    if (!own || answersByCallback || /^\s*rollback/i.test(text)) {
      return Reflect.apply(original, this, args);
    }
    if (diesBefore(own)) {
      if (!/^\s*commit/i.test(text)) return Promise.reject(new Crash());
      const rolledBack = Promise.resolve(Reflect.apply(original, this, ["ROLLBACK"]));
      return rolledBack.then(
        () => Promise.reject(new Crash()),
        () => Promise.reject(new Crash()),
      );
    }
    const at = own.awaits;
    const answered = Reflect.apply(original, this, args);
    if (!(answered instanceof Promise)) return answered;
    return answered.finally(() => {
      if (strikes(own, "after", at) || own.dead) throw new Crash();
    });
  };
  Object.assign(pg.Client.prototype, { query });
}

function textOf(query: unknown): string {
  if (typeof query === "string") return query;
  if (typeof query !== "object" || query === null || !("text" in query)) return "";
  return String(query.text);
}

function wrapFetch(outside: Outside): void {
  const original = globalThis.fetch;
  const watched: typeof fetch = (input, init) => outside.during(() => original(input, init));
  globalThis.fetch = async (input, init) => {
    const own = current.getStore();
    const url = input instanceof Request ? input.url : String(input);
    if (!own || !outside.isProvider(url)) return watched(input, init);
    if (diesBefore(own)) throw new Crash();
    const at = own.awaits;
    const body = typeof init?.body === "string" ? init.body : "";
    if (outside.isUnreachableFor(body)) throw notListening();
    const answer = await watched(input, init);
    // Whatever a provider tells while its answer is on the way may be here first.
    await nextTurn();
    if (strikes(own, "after", at) || own.dead) throw new Crash();
    return answer;
  };
}

/** What fetch throws when nobody listens there. */
function notListening(): TypeError {
  const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  return new TypeError("fetch failed", { cause });
}
