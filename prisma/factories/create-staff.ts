import { randomBytes } from "node:crypto";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { newId } from "@/lib/kit/ids";
import { createMerchant } from "./create-merchant";
import { FACTORY_PASSWORD, hashedPassword } from "./hashed-password";

export interface StaffInput {
  /** Without one, the person gets a merchant of their own. */
  readonly merchantId?: string;
  readonly role?: "staff" | "admin";
  readonly name?: string;
  readonly email?: string;
  readonly password?: string;
}

/** Makes one of the merchant's people, signing in with `email` and `FACTORY_PASSWORD` unless told otherwise. */
export async function createStaff(input: StaffInput = {}): Promise<User> {
  const merchantId = input.merchantId ?? (await createMerchant()).id;
  return db().user.create({
    data: {
      id: newId("user"),
      merchantId,
      role: input.role ?? "staff",
      name: input.name ?? "Otieno Ouma",
      email: input.email ?? `staff-${randomBytes(6).toString("hex")}@malipo.test`,
      passwordHash: await hashedPassword(input.password ?? FACTORY_PASSWORD),
    },
  });
}
