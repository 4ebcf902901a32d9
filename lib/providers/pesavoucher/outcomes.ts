import type { Exchange, UnknownOutcome } from "../provider";
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

/** The exchange with what the case file may keep of the answer. */
export function told(answer: Answer, response: Record<string, unknown>): Exchange {
  const known = Object.entries(response).filter(([, value]) => value !== undefined);
  return { ...answer.exchange, response: Object.fromEntries(known) };
}
