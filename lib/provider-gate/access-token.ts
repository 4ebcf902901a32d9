import { setTimeout as pause } from "node:timers/promises";
import { decrypt, encrypt } from "@/lib/crypto";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import type { AppKeys, TokenOutcome, TokenProvider } from "@/lib/providers/gateway";

/** A token this near to its end is renewed by whoever sees it first, while everybody goes on using it. */
const RENEW_EARLY_MS = 5 * MINUTE_MS;
/** A token this near to its end is not used: it might end on the way. */
const LAST_USE_MS = 30 * SECOND_MS;
const LOOK_AGAIN_MS = 40;

export interface App {
  /** Keyed hash of the consumer key. */
  readonly keyHash: string;
  readonly keys: AppKeys;
}

export type TokenResult =
  | { readonly kind: "token"; readonly accessToken: string }
  /** The provider does not accept our keys. */
  | { readonly kind: "refused" }
  /** No token could be had now. */
  | { readonly kind: "unavailable" };

/** How a new token is asked for; the caller keeps the case file and the pace. */
export type RequestToken = (provider: TokenProvider, keys: AppKeys) => Promise<TokenOutcome | null>;

const underWay = new Map<string, Promise<TokenResult>>();

/**
 * The access token that all processes share. One process at a time asks for a new one, early, because
 * asking may end the old one for everybody (docs/providers/daraja.md, "Access token"). `refused` names a
 * token the provider has just turned away: the shared one is read again, and renewed only if it is the
 * same. Waits for another process's request rather than making a second one.
 */
export function accessToken(
  provider: TokenProvider,
  app: App,
  options: { refused?: string; now: () => Date; request: RequestToken },
): Promise<TokenResult> {
  const key = `${app.keyHash}:${options.refused ?? ""}`;
  const known = underWay.get(key);
  if (known) return known;
  const result = find(provider, app, options).finally(() => underWay.delete(key));
  underWay.set(key, result);
  return result;
}

async function find(
  provider: TokenProvider,
  app: App,
  options: { refused?: string; now: () => Date; request: RequestToken },
): Promise<TokenResult> {
  const name = `${provider.name}:${app.keyHash}`;
  const patienceUntilMs = performance.now() + env().mpesa.timeoutMs + 2 * SECOND_MS;
  do {
    const shared = await readShared(name, options);
    if (shared?.fresh) return { kind: "token", accessToken: shared.accessToken };
    if (await takeLease(name, options.now())) {
      return renew(provider, app, { ...options, name });
    }
    // Somebody else is asking; what is still good is good enough meanwhile.
    if (shared) return { kind: "token", accessToken: shared.accessToken };
    await pause(LOOK_AGAIN_MS);
  } while (performance.now() < patienceUntilMs);
  return { kind: "unavailable" };
}

/** The shared token if it may be used; `fresh` when nobody has to renew it yet. */
async function readShared(
  name: string,
  options: { refused?: string; now: () => Date },
): Promise<{ accessToken: string; fresh: boolean } | null> {
  const row = await db().providerToken.findUnique({ where: { name } });
  if (!row?.tokenCipher || !row.expiresAt) return null;
  const now = options.now();
  if (row.expiresAt <= addMs(now, LAST_USE_MS)) return null;
  const token = decrypt(row.tokenCipher).toString("utf8");
  if (token === options.refused) return null;
  return { accessToken: token, fresh: row.expiresAt > addMs(now, RENEW_EARLY_MS) };
}

async function takeLease(name: string, now: Date): Promise<boolean> {
  const leaseUntil = addMs(now, env().mpesa.timeoutMs + 5 * SECOND_MS);
  const taken = await db().$executeRaw`
    INSERT INTO provider_tokens AS t (name, lease_until) VALUES (${name}, ${leaseUntil})
    ON CONFLICT (name) DO UPDATE SET lease_until = ${leaseUntil}
     WHERE t.lease_until IS NULL OR t.lease_until <= ${now}`;
  return taken === 1;
}

async function renew(
  provider: TokenProvider,
  app: App,
  options: { name: string; refused?: string; now: () => Date; request: RequestToken },
): Promise<TokenResult> {
  const { name } = options;
  try {
    // Whoever held the lease before us may just have stored a new one.
    const shared = await readShared(name, options);
    if (shared?.fresh) return { kind: "token", accessToken: shared.accessToken };
    const outcome = await options.request(provider, app.keys);
    if (outcome?.kind === "accepted") {
      const expiresAt = addMs(options.now(), outcome.lifetimeMs);
      const tokenCipher = encrypt(Buffer.from(outcome.accessToken));
      await db().providerToken.update({ where: { name }, data: { tokenCipher, expiresAt } });
      return { kind: "token", accessToken: outcome.accessToken };
    }
    if (shared) return { kind: "token", accessToken: shared.accessToken };
    return { kind: outcome?.kind === "refused" ? "refused" : "unavailable" };
  } finally {
    await db().providerToken.updateMany({ where: { name }, data: { leaseUntil: null } });
  }
}
