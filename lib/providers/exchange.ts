/** One exchange with a provider, for the case file. Secrets and codes are struck out already. */
export interface Exchange {
  readonly operation: string;
  readonly request: Readonly<Record<string, string | null>>;
  readonly response: Readonly<Record<string, unknown>> | null;
  readonly httpStatus: number | null;
  readonly durationMs: number;
}

/** Why we do not know what a provider did. */
export type UnknownCause = "timeout" | "connection" | "server_error" | "bad_response";

/** Neither yes nor no: never treated as failed, never blindly repeated, always looked up. */
export interface UnknownOutcome {
  readonly kind: "unknown";
  readonly because: UnknownCause;
  readonly exchange: Exchange;
}

/** The connection was never made, so the order provably did not arrive. */
export interface Unreached {
  readonly kind: "unreached";
  readonly exchange: Exchange;
}
