import { hashPassword } from "@/lib/auth/hash-password";

/** The password of every made person who was not given another. */
export const FACTORY_PASSWORD = "malipo-factory-password";

const hashes = new Map<string, Promise<string>>();

/** Hashes once per password and process: hashing is slow on purpose, and tests make many people. */
export function hashedPassword(password: string): Promise<string> {
  const known = hashes.get(password) ?? hashPassword(password);
  hashes.set(password, known);
  return known;
}
