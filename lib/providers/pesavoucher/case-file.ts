import { maskVoucherCode } from "@/lib/kit/voucher-code";

const TEXT_MAX = 300;
const ADDRESS = /[^\s@<>"'(),;:]+@[^\s@<>"'(),;]+/g;
const CODE = /\b[A-Z]{2,6}-[A-Z0-9]{10,24}\b/gi;

/**
 * A sentence of the provider as the case file may keep it: without addresses, without codes and without
 * `secrets`, any of which an answer may repeat.
 */
export function toldText(text: string, secrets: readonly string[]): string {
  const struck = secrets
    .filter((secret) => secret !== "")
    .reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
  return struck.replace(ADDRESS, "…").replace(CODE, maskVoucherCode).slice(0, TEXT_MAX);
}
