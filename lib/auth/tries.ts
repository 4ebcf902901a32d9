import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { keyedHash } from "@/lib/crypto";
import { pgPool } from "@/lib/db";
import { TooManyRequestsError } from "@/lib/errors";
import { SECOND_MS } from "@/lib/kit/time";

/**
 * How many tries a window allows. Many customers of one network share an address, so the counts per
 * address are wide and those per person are narrow.
 */
export const LIMITS = {
  /** Wrong passwords for one phone number or e-mail. */
  sign_in_identifier: { tries: 10, windowSeconds: 15 * 60 },
  /** Wrong passwords from one address. */
  sign_in_address: { tries: 100, windowSeconds: 15 * 60 },
  sign_up_address: { tries: 20, windowSeconds: 60 * 60 },
  /** Refused voucher codes of one customer. */
  voucher_guess_customer: { tries: 10, windowSeconds: 15 * 60 },
  /** Refused voucher codes from one address. */
  voucher_guess_address: { tries: 60, windowSeconds: 15 * 60 },
  /** Deposits started by one customer. */
  initiate_customer: { tries: 20, windowSeconds: 10 * 60 },
  /** Withdrawals asked for by one customer. */
  withdraw_customer: { tries: 20, windowSeconds: 10 * 60 },
  /** Wrong passwords of somebody who is signed in and is asked for theirs again. */
  confirm_password: { tries: 5, windowSeconds: 15 * 60 },
  /** M-Pesa prompts to one phone, whoever asks for them: a prompt nobody wanted is a nuisance. */
  prompt_phone: { tries: 15, windowSeconds: 60 * 60 },
} as const;

export type LimitName = keyof typeof LIMITS;

/**
 * Counts one try, in Postgres, so every process counts together. Throws `TooManyRequestsError` when
 * the window's tries are used up. Count before the work: tries that run side by side are then
 * counted too. What turns out fine is taken off again with `uncountTry`.
 */
export async function countTry(limit: LimitName, subject: string): Promise<void> {
  try {
    await limiter(limit).consume(hashed(limit, subject));
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / SECOND_MS));
    throw new TooManyRequestsError(seconds);
  }
}

/** Takes one counted try off again: it was not a wrong one. */
export async function uncountTry(limit: LimitName, subject: string): Promise<void> {
  await limiter(limit).reward(hashed(limit, subject));
}

/** Forgets every counted try: the person has proven who they are. */
export async function forgetTries(limit: LimitName, subject: string): Promise<void> {
  await limiter(limit).delete(hashed(limit, subject));
}

/** Removes windows that are over. Counting does not need it; the table's size does. */
export async function clearExpiredTries(now: Date): Promise<void> {
  await pgPool().query("DELETE FROM rate_limits WHERE expire < $1", [now.getTime()]);
}

function limiter(limit: LimitName): RateLimiterPostgres {
  return new RateLimiterPostgres({
    storeClient: pgPool(),
    storeType: "pool",
    tableName: "rate_limits",
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: limit,
    points: LIMITS[limit].tries,
    duration: LIMITS[limit].windowSeconds,
  });
}

function hashed(limit: LimitName, subject: string): string {
  return keyedHash(`rate limit ${limit}`, subject);
}
