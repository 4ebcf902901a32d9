import { hash } from "@node-rs/argon2";

// OWASP's second choice for Argon2id: 19 MiB, two passes, one lane. Argon2id is the library's default.
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes a password with Argon2id and a fresh salt, in the PHC string form. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"), PARAMETERS);
}
