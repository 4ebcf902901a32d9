import { db, type Db } from "./db";
import { newId } from "./kit/ids";

/** Who acts. Audit and permission read from this. */
export type Actor =
  | { kind: "customer"; id: string }
  | { kind: "staff"; id: string; role: "staff" | "admin" }
  | { kind: "provider"; id: string }
  | { kind: "system"; id: string };

/** What every verb is handed: whose money, who acts, which request, which clock, which database. */
export interface Ctx {
  readonly merchantId: string;
  readonly actor: Actor;
  readonly requestId: string;
  readonly now: () => Date;
  readonly db: Db;
  readonly inTransaction: boolean;
}

/** Makes a context on the process's database and clock; `overrides` are for tests and simulations. */
export function makeCtx(
  merchantId: string,
  actor: Actor,
  overrides: { requestId?: string; now?: () => Date } = {},
): Ctx {
  return {
    merchantId,
    actor,
    requestId: overrides.requestId ?? newId("request"),
    now: overrides.now ?? (() => new Date()),
    db: db(),
    inTransaction: false,
  };
}

/**
 * Runs `fn` in one Postgres transaction, or joins the caller's. All or nothing is written. Never
 * call a provider inside: a slow network would hold locks that others need.
 */
export async function withTransaction<T>(ctx: Ctx, fn: (tx: Ctx) => Promise<T>): Promise<T> {
  if (ctx.inTransaction) return fn(ctx);
  return db().$transaction((tx) => fn({ ...ctx, db: tx, inTransaction: true }));
}
