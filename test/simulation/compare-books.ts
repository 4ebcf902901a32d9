import { expect } from "vitest";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { readAccountBalance, readCustomerBalance } from "@/lib/ledger/read-balance";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import type { Shop } from "../shop";
import { readPromptBook, type PromptRow } from "./prompt-book";
import { readVoucherBook, type VoucherRow } from "./voucher-book";

/** Fails unless every invariant of the books holds. */
export async function expectInvariants(): Promise<void> {
  const results = await runInvariantChecks({ now: () => new Date() });
  const broken = results.filter((result) => !result.holds);
  expect(broken, broken.map((result) => result.name).join(", ")).toEqual([]);
}

/** What the providers took from these customers, beside what we made of it. */
export interface Books {
  readonly vouchers: readonly VoucherRow[];
  readonly prompts: readonly PromptRow[];
}

/**
 * Reads the providers' books and ours. Fails at once when somebody was credited what no provider took
 * from them, twice, or in another amount.
 */
export async function readBothBooks(shop: Shop, customers: readonly User[]): Promise<Books> {
  const [vouchers, prompts] = await Promise.all([
    readVoucherBook(shop, customers),
    readPromptBook(shop, customers),
  ]);
  await expectBalances({ vouchers, prompts }, customers);
  return { vouchers, prompts };
}

/** Each customer holds what was taken and credited, and each provider owes each merchant as much. */
async function expectBalances(books: Books, customers: readonly User[]): Promise<void> {
  await Promise.all(
    customers.map(async ({ id: customerId, merchantId }) => {
      const credits = creditsOf(books, customerId);
      const balance = await readCustomerBalance(db(), { merchantId, customerId });
      expect(balance, "nobody holds money that no provider took from them").toEqual({
        availableCents: credits.reduce((sum, { amountCents }) => sum + amountCents, 0n),
        heldCents: 0n,
      });
    }),
  );
  const owed = new Map<string, { merchantId: string; owner: string; amountCents: bigint }>();
  for (const { id: customerId, merchantId } of customers) {
    for (const { owner, amountCents } of creditsOf(books, customerId)) {
      const key = `${merchantId} ${owner}`;
      const before = owed.get(key)?.amountCents ?? 0n;
      owed.set(key, { merchantId, owner, amountCents: before + amountCents });
    }
  }
  await Promise.all(
    [...owed.values()].map(async ({ amountCents, ...account }) => {
      const balance = await readAccountBalance(db(), { ...account, kind: "provider" });
      expect(-balance, `both books agree on ${account.owner}`).toBe(amountCents);
    }),
  );
}

/** What a customer was credited, by the provider's account in our ledger. */
function creditsOf(
  { vouchers, prompts }: Books,
  customerId: string,
): { owner: string; amountCents: bigint }[] {
  const own = (row: VoucherRow | PromptRow) => row.customerId === customerId && row.credited;
  return [
    ...vouchers.filter(own).map(({ amountCents }) => ({ owner: "pesavoucher", amountCents })),
    ...prompts
      .filter(own)
      .map(({ shortcode, amountCents }) => ({ owner: `mpesa:${shortcode}`, amountCents })),
  ];
}
