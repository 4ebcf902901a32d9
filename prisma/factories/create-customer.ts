import { randomInt } from "node:crypto";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { newId } from "@/lib/kit/ids";
import { createMerchant } from "./create-merchant";
import { FACTORY_PASSWORD, hashedPassword } from "./hashed-password";

export interface CustomerInput {
  /** Without one, the customer gets a merchant of their own. */
  readonly merchantId?: string;
  readonly name?: string;
  /** E.164. */
  readonly phone?: string;
  readonly email?: string | null;
  readonly password?: string;
}

/** Makes a customer who can sign in with `phone` and `FACTORY_PASSWORD` unless told otherwise. */
export async function createCustomer(input: CustomerInput = {}): Promise<User> {
  const merchantId = input.merchantId ?? (await createMerchant()).id;
  return db().user.create({
    data: {
      id: newId("user"),
      merchantId,
      role: "customer",
      name: input.name ?? "Wanjiku Kamau",
      phone: input.phone ?? unusedPhone(),
      email: input.email ?? null,
      passwordHash: await hashedPassword(input.password ?? FACTORY_PASSWORD),
    },
  });
}

let nextLine = randomInt(10_000_000);

function unusedPhone(): string {
  nextLine = (nextLine + 1) % 10_000_000;
  return `+25471${String(nextLine).padStart(7, "0")}`;
}
