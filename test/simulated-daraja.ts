import { env } from "@/lib/env";
import type { AppKeys, TokenOutcome } from "@/lib/providers/gateway";
import { createSandbox, type Sandbox, type SandboxOptions } from "@/sandbox/create-sandbox";
import { startReceiver, type Receiver } from "@/sandbox/testing/start-receiver";

/** The simulated gateway, and an address that hears whatever it sends. */
export interface SimulatedDaraja {
  readonly sandbox: Sandbox;
  readonly receiver: Receiver;
}

/**
 * Starts the simulated gateway and points the settings of our client at it. It shares no code with the
 * client, so neither can agree with its own mistakes.
 */
export async function openSimulatedDaraja(
  settings: SandboxOptions["settings"],
): Promise<SimulatedDaraja> {
  const sandbox = await createSandbox({ settings });
  const receiver = await startReceiver();
  const { mpesa } = env();
  mpesa.baseUrl = `${sandbox.url}/daraja`;
  mpesa.timeoutMs = 2_000;
  return { sandbox, receiver };
}

/** Forgets whatever happened, and returns an access token for what comes. */
export async function beginAnew(
  { sandbox, receiver }: SimulatedDaraja,
  provider: { requestToken(keys: AppKeys): Promise<TokenOutcome> },
): Promise<string> {
  await sandbox.control.reset();
  receiver.received.length = 0;
  const { consumerKey, consumerSecret } = env().mpesa;
  const token = await provider.requestToken({ consumerKey, consumerSecret });
  if (token.kind !== "accepted") throw new Error(`no token: ${token.kind}`);
  return token.accessToken;
}

export async function closeSimulatedDaraja({ sandbox, receiver }: SimulatedDaraja): Promise<void> {
  await sandbox.close();
  await receiver.close();
}

/** What the gateway says instead of an answer, and what a call that hears it comes to. */
export const GATEWAY_WORDS = [
  ["spike_arrest", { kind: "refused", refusal: "throttled" }],
  ["spike_arrest_apigee", { kind: "refused", refusal: "throttled" }],
  ["busy", { kind: "refused", refusal: "throttled" }],
  ["quota", { kind: "refused", refusal: "quota_used" }],
  ["waf_403", { kind: "unknown", because: "bad_response" }],
  ["waf_503", { kind: "unknown", because: "server_error" }],
  ["unreachable", { kind: "unknown", because: "server_error" }],
  ["soap", { kind: "unknown", because: "server_error" }],
  ["empty", { kind: "unknown" }],
] as const;
