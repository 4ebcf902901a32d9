import { issueSession } from "@/lib/auth/issue-session";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { newId } from "@/lib/kit/ids";
import { hashedPassword } from "@/prisma/factories/hashed-password";

let nextLine = 0;

/** Makes many customers of one merchant at once; all have one password, because hashing is slow on purpose. */
export async function makeCustomers(merchantId: string, count: number): Promise<User[]> {
  const passwordHash = await hashedPassword("malipo-bench-password");
  return db().user.createManyAndReturn({
    data: Array.from({ length: count }, () => ({
      id: newId("user"),
      merchantId,
      role: "customer" as const,
      name: "Wanjiku Kamau",
      phone: `+25472${String((nextLine += 1)).padStart(7, "0")}`,
      passwordHash,
    })),
  });
}

/** The `Cookie` header of a customer who is signed in. */
export async function cookieOf(user: User): Promise<string> {
  return (await issueSession(user)).split(";", 1)[0] ?? "";
}
