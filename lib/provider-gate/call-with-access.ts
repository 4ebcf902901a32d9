import { setTimeout as pause } from "node:timers/promises";
import type { Ctx } from "@/lib/context";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import type { Exchange } from "@/lib/providers/exchange";
import type { TokenProvider } from "@/lib/providers/gateway";
import { accessToken, type App, type RequestToken } from "./access-token";
import { recordProviderCall } from "./record-provider-call";
import { reportTurn, type TurnResult } from "./report-turn";
import { takeTurn } from "./take-turn";

/** Whatever pays or collects there, it does so as one app. */
export interface OfApp {
  readonly app: App;
}

/** The provider was not asked, so nothing happened there. */
export interface NotSent {
  readonly kind: "not_sent";
  readonly because: "shut" | "too_busy" | "no_token" | "misconfigured" | "withdrawn";
  /** When to try again; null where nothing but time or a person helps. */
  readonly retryAt: Date | null;
}

interface GatedCall {
  /** Such as `stk_push`; calls of one operation share pace and breaker. */
  readonly operation: string;
  readonly subjectId: string;
  /** The longest to wait for a turn. */
  readonly waitMaxMs: number;
  /** Commits the intent, just before the call; false takes the call back. */
  readonly beforeSend?: () => Promise<boolean>;
}

type Answer = { readonly kind: string; readonly exchange: Exchange };

/**
 * The one road to a provider whose calls need a shared token: breaker and pace first, then the shared token, the
 * caller's intent, the call and its case file. A refused token is renewed once and the call made again,
 * which is safe because the gateway turned it away before anything happened; nothing else is repeated.
 */
export async function callWithAccess<Account extends OfApp, Outcome extends Answer>(
  ctx: Ctx,
  provider: TokenProvider,
  account: Account,
  call: GatedCall,
  send: (access: { account: Account; accessToken: string }) => Promise<Outcome>,
): Promise<Outcome | NotSent> {
  const gate = gateName(provider, call.operation, account.app);
  const turn = await takeTurn({
    name: gate,
    callsPerSecond: env().mpesa.callsPerSecond,
    waitMaxMs: call.waitMaxMs,
    now: ctx.now(),
  });
  if (turn.kind !== "go") return { kind: "not_sent", because: turn.kind, retryAt: turn.retryAt };
  if (turn.waitMs > 0) await pause(turn.waitMs);

  const request = requestThroughGate(ctx, account.app, call.subjectId);
  const token = await accessToken(provider, account.app, { now: ctx.now, request });
  if (token.kind !== "token") return withoutToken(token.kind);
  if (call.beforeSend && !(await call.beforeSend())) {
    return { kind: "not_sent", because: "withdrawn", retryAt: null };
  }
  const attempt = (accessToken: string) =>
    recordProviderCall(
      ctx,
      { provider: provider.name, operation: call.operation, subjectId: call.subjectId },
      () => send({ account, accessToken }),
    );
  const first = await attempt(token.accessToken);
  const renewed =
    refusalOf(first) === "invalid_token"
      ? await accessToken(provider, account.app, {
          now: ctx.now,
          request,
          refused: token.accessToken,
        })
      : null;
  const outcome = renewed?.kind === "token" ? await attempt(renewed.accessToken) : first;
  await reportTurn({
    name: gate,
    result: resultOf(outcome),
    faultsBefore: turn.faults,
    now: ctx.now(),
  });
  // Turned away with the old token, and no other one to be had: that is nobody's wrong setting.
  if (renewed && renewed.kind !== "token") return withoutToken(renewed.kind);
  return outcome;
}

/** Token requests have a pace and a breaker of their own. Null when the gate lets none through now. */
function requestThroughGate(ctx: Ctx, app: App, subjectId: string): RequestToken {
  return async (provider, keys) => {
    const name = gateName(provider, "token", app);
    const { callsPerSecond } = env().mpesa;
    const turn = await takeTurn({ name, callsPerSecond, waitMaxMs: 1_000, now: ctx.now() });
    if (turn.kind !== "go") return null;
    if (turn.waitMs > 0) await pause(turn.waitMs);
    const outcome = await recordProviderCall(
      ctx,
      { provider: provider.name, operation: "token", subjectId },
      () => provider.requestToken(keys),
    );
    await reportTurn({
      name,
      result: resultOf(outcome),
      faultsBefore: turn.faults,
      now: ctx.now(),
    });
    return outcome;
  };
}

function gateName(provider: TokenProvider, operation: string, app: App): string {
  return `${provider.name}:${operation}:${app.keyHash}`;
}

function withoutToken(why: "refused" | "unavailable"): NotSent {
  if (why === "unavailable") return { kind: "not_sent", because: "no_token", retryAt: null };
  log().error("the provider does not accept our consumer key and secret");
  return { kind: "not_sent", because: "misconfigured", retryAt: null };
}

function refusalOf(outcome: Answer): string | null {
  return "refusal" in outcome && typeof outcome.refusal === "string" ? outcome.refusal : null;
}

function resultOf(outcome: Answer): TurnResult {
  if (outcome.kind === "unknown" || outcome.kind === "unreached") return "fault";
  const refusal = refusalOf(outcome);
  return refusal === "throttled" || refusal === "quota_used" ? refusal : "answered";
}
