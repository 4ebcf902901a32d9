import { sha256Hex } from "@/lib/crypto";
import type { Prisma } from "@/lib/db";

/**
 * A decision's params as the audit log keeps them, so that nobody can change them before a second person
 * agrees. Of a voucher code, which is money, it has the hash of the cipher alone.
 */
export function paramsForLog({
  codeCipher,
  ...params
}: Prisma.InputJsonObject): Prisma.InputJsonObject {
  const sealed = typeof codeCipher === "string" ? { code_sealed: sha256Hex(codeCipher) } : {};
  return { params, ...sealed };
}
