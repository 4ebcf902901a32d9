import { z } from "zod";
import { decimalFromCents } from "@/lib/kit/money";
import { centsOf } from "./typed-params";

const Stored = z.object({
  amount: z.string(),
  finishedAt: z.coerce.date().nullable(),
  payer: z.string().nullable(),
  transactionId: z.string().nullable(),
});

/** What M-Pesa told of a payment that was made to us. */
export interface Told {
  readonly amountCents: bigint;
  readonly finishedAt: Date | null;
  /** Masked. */
  readonly payer: string | null;
  /** The line of its books that was stored with the answer. */
  readonly transactionId: string | null;
}

/** The answer as it is kept with its question. */
export function storeTold({ amountCents, finishedAt, payer, transactionId }: Told) {
  const finished = finishedAt?.toISOString() ?? null;
  return { amount: decimalFromCents(amountCents), finishedAt: finished, payer, transactionId };
}

/** The same read back; null where the answer told of no payment to us. */
export function readTold(stored: unknown): Told | null {
  const read = Stored.safeParse(stored);
  if (!read.success) return null;
  const { amount, ...told } = read.data;
  return { ...told, amountCents: centsOf(amount) };
}
