import type { Deposit } from "@/lib/generated/prisma/client";
import type { AccountRef } from "@/lib/ledger/accounts";

/** What a proof was good for, once it has been spent: the deposit it pays and how the books name it. */
export interface Spent {
  readonly deposit: Pick<
    Deposit,
    "id" | "customerId" | "method" | "state" | "reason" | "askedCents"
  >;
  /** Unique per provider over all merchants; null while the provider has not told its receipt. */
  readonly receipt: { readonly provider: string; readonly number: string } | null;
  /** Unique among the merchant's deposits: the second promise that one proof credits once. */
  readonly ref: string;
  readonly paidFrom: AccountRef;
}
