import { parseShillings } from "@/sandbox/kit/money";
import type { World } from "@/sandbox/world";
import type { Merchant } from "./merchants";

/** The query of the redirect, as the shop sent it and the form carries it on. */
export const REDIRECT_PARAMETERS = [
  "merchant_id",
  "amount",
  "currency",
  "session_id",
  "user_ref",
  "prefix",
  "callback_url",
  "return_url",
  "cancel_url",
] as const;

export type RedirectParameter = (typeof REDIRECT_PARAMETERS)[number];
export type RedirectValues = Partial<Record<RedirectParameter, string>>;

export type Redirect = {
  merchant: Merchant;
  requestedCents: bigint;
  sessionId: string;
  userRef: string | null;
  prefix: string;
  callbackUrl: string;
  returnUrl: string;
  cancelUrl: string;
  values: RedirectValues;
};

export type RedirectProblem = { parameter: RedirectParameter; reason: string };

/** Reads the redirect's parameters. The first bad one is named with a reason for people. */
export function checkRedirect(
  world: World,
  read: (name: string) => string | undefined,
): { redirect: Redirect } | { problem: RedirectProblem } {
  const values: RedirectValues = {};
  for (const name of REDIRECT_PARAMETERS) {
    const value = read(name)?.trim() ?? "";
    if (value !== "") values[name] = value;
    else if (name !== "user_ref") return problem(name, "It is missing.");
  }
  const merchant = world.merchants.byId(values.merchant_id ?? "");
  if (!merchant?.hasAccount) return problem("merchant_id", "No merchant has this id.");
  const requestedCents = parseShillings(values.amount);
  if (requestedCents === undefined || requestedCents === 0n) {
    return problem("amount", "It must be an amount in shillings with at most two decimals.");
  }
  if (values.currency !== "KES") return problem("currency", "Only KES is sold here.");
  const prefix = values.prefix ?? "";
  if (!merchant.prefixes.includes(prefix)) {
    return problem("prefix", `${merchant.name} has no approval for this voucher prefix.`);
  }
  for (const parameter of ["callback_url", "return_url", "cancel_url"] as const) {
    const reason = addressProblem(values[parameter] ?? "", world.settings.current.requireHttpsUrls);
    if (reason) return problem(parameter, reason);
  }
  return {
    redirect: {
      merchant,
      requestedCents,
      sessionId: values.session_id ?? "",
      userRef: values.user_ref ?? null,
      prefix,
      callbackUrl: values.callback_url ?? "",
      returnUrl: values.return_url ?? "",
      cancelUrl: values.cancel_url ?? "",
      values,
    },
  };
}

function problem(parameter: RedirectParameter, reason: string): { problem: RedirectProblem } {
  return { problem: { parameter, reason } };
}

function addressProblem(address: string, requireHttps: boolean): string | undefined {
  if (!URL.canParse(address)) return "It must be a complete web address.";
  const { protocol } = new URL(address);
  if (protocol === "https:" || (protocol === "http:" && !requireHttps)) return undefined;
  return requireHttps ? "It must start with https://." : "It must start with https:// or http://.";
}
