import type { RouteParams } from "./refuse-form";

/** One segment of the address. It goes into addresses again, so it is encoded; our ids do not change by that. */
export function paramOf(params: RouteParams, name: string): string {
  const value = params[name];
  return typeof value === "string" ? encodeURIComponent(value) : "";
}
