import { env } from "@/lib/env";
import { InvalidInputError } from "@/lib/errors";
import { addressForLimits } from "@/lib/http/client-address";
import { authenticateUser } from "./authenticate-user";
import type { SessionUser } from "./issue-session";
import { parseIdentifier } from "./parse-identifier";
import { countTry, forgetTries, uncountTry } from "./tries";

export interface SignInInput {
  readonly identifier: string;
  readonly password: string;
  /** Slug of the merchant; the shop of this server when absent. */
  readonly merchant?: string;
  /** The client's address. */
  readonly address: string;
}

/**
 * Checks who signs in, and counts wrong tries per person and per address. Both doors (the form and
 * next-auth) come through here. Throws `InvalidInputError` naming the field, or
 * `TooManyRequestsError`, which even the right password does not pass until the window is over.
 */
export async function signIn(input: SignInInput): Promise<SessionUser> {
  if (input.identifier.trim() === "") throw new InvalidInputError({ identifier: "empty" });
  if (input.password === "") throw new InvalidInputError({ password: "empty" });
  const merchantSlug = input.merchant ?? env().merchantSlug;
  const subject = `${merchantSlug} ${canonical(input.identifier)}`;
  const address = addressForLimits(input.address);
  await countTry("sign_in_address", address);
  await countTry("sign_in_identifier", subject);
  const user = await authenticateUser({ ...input, merchantSlug });
  if (!user) throw new InvalidInputError({ password: "wrong" });
  await forgetTries("sign_in_identifier", subject);
  await uncountTry("sign_in_address", address);
  return user;
}

/** One person, however the number is written. */
function canonical(text: string): string {
  const parsed = parseIdentifier(text);
  if (!parsed) return text.trim().toLowerCase();
  return "phone" in parsed ? parsed.phone : parsed.email;
}
