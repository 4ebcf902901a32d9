import { verify } from "@node-rs/argon2";
import { hashPassword } from "./hash-password";

let dummyHash: Promise<string> | undefined;

/**
 * True when the password belongs to the hash. With no hash (nobody by that name) it does the same
 * work on a hash that fits nothing and says no, so the answer takes as long and tells as little.
 */
export async function verifyPassword(
  password: string,
  passwordHash: string | null,
): Promise<boolean> {
  dummyHash ??= hashPassword(crypto.randomUUID());
  const matches = await verify(passwordHash ?? (await dummyHash), password.normalize("NFKC"));
  return matches && passwordHash !== null;
}
