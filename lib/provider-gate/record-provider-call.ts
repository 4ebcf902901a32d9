import type { Ctx } from "@/lib/context";
import type { Prisma } from "@/lib/db";
import type { CallOutcome } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { newId } from "@/lib/kit/ids";
import { metrics } from "@/lib/metrics";
import type { Exchange } from "@/lib/providers/exchange";

/**
 * Makes a provider call and keeps it in the case file: a row before (a call without an outcome is one
 * the process died in), the redacted answer after. Never inside a transaction.
 */
export async function recordProviderCall<
  Outcome extends { readonly kind: string; readonly exchange: Exchange },
>(
  ctx: Ctx,
  subject: { provider: string; operation: string; subjectId: string },
  call: () => Promise<Outcome>,
): Promise<Outcome> {
  assert(!ctx.inTransaction, "no network call inside a transaction");
  const id = newId("call", ctx.now().getTime());
  await ctx.db.providerCall.create({
    data: { id, merchantId: ctx.merchantId, request: {}, startedAt: ctx.now(), ...subject },
  });
  const outcome = await call();
  const { request, response, httpStatus, durationMs } = outcome.exchange;
  const { provider, operation } = subject;
  const labels = { provider, operation, outcome: outcomeOf(outcome.kind) };
  metrics.providerCallSeconds.observe(labels, durationMs / 1_000);
  await ctx.db.providerCall.update({
    where: { id },
    data: {
      request: jsonObject(request),
      response: response ? jsonObject(response) : undefined,
      httpStatus,
      durationMs,
      outcome: outcomeOf(outcome.kind),
    },
    select: { id: true },
  });
  return outcome;
}

function outcomeOf(kind: string): CallOutcome {
  // What never reached the provider did there what a refused call does: nothing.
  if (kind === "unreached") return "refused";
  return kind === "unknown" || kind === "refused" ? kind : "accepted";
}

function jsonObject(value: Readonly<Record<string, unknown>>): Prisma.InputJsonObject {
  // Postgres keeps no NUL in its JSON, and a provider's words may hold one.
  const withoutNul = (_key: string, part: unknown) =>
    typeof part === "string" ? part.replaceAll("\0", "") : part;
  return JSON.parse(JSON.stringify(value, withoutNul)) as Prisma.InputJsonObject;
}
