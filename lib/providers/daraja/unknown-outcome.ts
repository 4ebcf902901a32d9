import type { UnknownOutcome } from "../exchange";
import type { Dialled } from "./dial";

type Answer = Extract<Dialled, { kind: "answer" }>;

/** A call that brought no answer. One that never left us is unknown too where nobody asks for more. */
export function unanswered(dialled: Exclude<Dialled, Answer>): UnknownOutcome {
  const because = dialled.kind === "unreached" ? "connection" : dialled.because;
  return { kind: "unknown", because, exchange: dialled.exchange };
}

/** An answer in JSON that is neither a whole yes nor a clear no. */
export function unclear({ httpStatus, json, exchange }: Answer): UnknownOutcome {
  const isBroken = httpStatus >= 500 || "Envelope" in json;
  return { kind: "unknown", because: isBroken ? "server_error" : "bad_response", exchange };
}
