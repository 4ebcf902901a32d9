import { env } from "@/lib/env";
import type { Exchange, UnknownOutcome } from "../exchange";
import { toldText } from "./case-file";
import type { Dialled } from "./dial";

type Answer = Extract<Dialled, { kind: "answer" }>;

/** A call that brought no answer. One that never left us is unknown too where nobody asks for more. */
export function unanswered(dialled: Exclude<Dialled, Answer>): UnknownOutcome {
  const because = dialled.kind === "unreached" ? "connection" : dialled.because;
  return { kind: "unknown", because, exchange: dialled.exchange };
}

/** An answer that says neither yes nor no about what was asked. */
export function nonsense({ exchange }: { exchange: Exchange }): UnknownOutcome {
  return { kind: "unknown", because: "bad_response", exchange };
}

/**
 * The exchange with what the case file may keep of the answer. An answer may repeat what it was asked, so
 * codes, addresses, our keys and `secrets` are struck out of all its texts.
 */
export function told(
  answer: Answer,
  response: Record<string, unknown>,
  secrets: readonly string[] = [],
): Exchange {
  const { apiKey, apiSecret } = env().pesavoucher;
  const all = [apiKey, apiSecret, ...secrets];
  const known = Object.entries(response).filter(([, value]) => value !== undefined);
  const shown = known.map(([name, value]) => [name, toldValue(value, all)]);
  return { ...answer.exchange, response: Object.fromEntries(shown) };
}

function toldValue(value: unknown, secrets: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => toldValue(one, secrets));
  return typeof value === "string" ? toldText(value, secrets) : value;
}
