import type { FaultPlan } from "@/sandbox/faults";
import type { WireObject } from "@/sandbox/kit/wire-json";
import type { World } from "@/sandbox/world";

export type ApiCall = {
  headers: Headers;
  method: string;
  callerIp: string;
  /** The JSON object that was posted; empty when there was none or it could not be read. */
  body: Record<string, unknown>;
  bodyIsReadable: boolean;
};

export type ApiAnswer = { status: number; body: WireObject };

/**
 * One endpoint: looks at the call, changes the world at once (never waiting before it has), and
 * says what to answer, or that the connection is cut. It may add faults of its own to `plan.after`.
 */
export type Endpoint = (
  call: ApiCall,
  world: World,
  plan: FaultPlan,
) => ApiAnswer | "dropped" | Promise<ApiAnswer | "dropped">;

/** A body member as trimmed text; undefined when it is absent, empty or not a scalar. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
