import type { AccountKind } from "@/lib/generated/prisma/client";

/** One account of a merchant, named by what it holds and for whom. */
export interface AccountRef {
  readonly kind: AccountKind;
  /** Customer id, provider name or contract id; empty where the merchant has one such account. */
  readonly owner: string;
}

/** Money a customer may use now. */
export function customerAvailable(customerId: string): AccountRef {
  return { kind: "customer_available", owner: customerId };
}

/** Money set aside for a payment that is under way. */
export function customerHeld(customerId: string): AccountRef {
  return { kind: "customer_held", owner: customerId };
}

/** What a provider holds for the merchant; negative, because the provider owes it. */
export function providerAccount(name: string): AccountRef {
  return { kind: "provider", owner: name };
}

/** Money a provider took for somebody nobody knows yet. */
export const SUSPENSE: AccountRef = { kind: "suspense", owner: "" };

/** Money of the merchant itself on its way between its accounts, or to its bank. */
export const IN_TRANSIT: AccountRef = { kind: "in_transit", owner: "" };

/** What the merchant earns from payments, and what they cost it. */
export const FEES: AccountRef = { kind: "fees", owner: "" };

/** Customer accounts carry a balance the database keeps at or above zero. */
export function isMaterialised(kind: AccountKind): boolean {
  return kind === "customer_available" || kind === "customer_held";
}
