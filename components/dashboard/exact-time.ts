import { eatFormatter } from "@/components/checkout/eat-time";

/** Formats instants as `21 Nov 2026, 14:05:09`: what happened within a minute has an order too. */
export async function exactTimeFormatter(): Promise<(at: Date) => string> {
  const time = await eatFormatter();
  // East Africa is whole hours from UTC, so its seconds are the same.
  return (at) => `${time(at.toISOString())}:${String(at.getUTCSeconds()).padStart(2, "0")}`;
}
