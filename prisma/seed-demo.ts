import { hashPassword } from "@/lib/auth/hash-password";
import { verifyPassword } from "@/lib/auth/verify-password";
import { db } from "@/lib/db";
import type { UserRole } from "@/lib/generated/prisma/client";
import { newId } from "@/lib/kit/ids";

const MERCHANT = { slug: "demo", name: "Duka la Mwanga", supportLine: "0700 123 456" } as const;

interface Person {
  readonly role: UserRole;
  readonly name: string;
  readonly signIn: { phone: string } | { email: string };
  readonly password: string;
}

const PEOPLE: readonly Person[] = [
  {
    role: "customer",
    name: "Wanjiku Kamau",
    signIn: { phone: "+254712345678" },
    password: "malipo-demo-1",
  },
  {
    role: "customer",
    name: "Otieno Ouma",
    signIn: { phone: "+254722000111" },
    password: "malipo-demo-2",
  },
  {
    role: "staff",
    name: "Achieng Odhiambo",
    signIn: { email: "staff@malipo.test" },
    password: "malipo-staff-1",
  },
  {
    role: "admin",
    name: "Mwangi Njoroge",
    signIn: { email: "admin@malipo.test" },
    password: "malipo-admin-1",
  },
];

/**
 * Makes the demo shop and its people, as often as it is run. It moves no money: balances come from
 * payments, in a demo too, so the books are true from the first shilling.
 */
export async function seedDemo(): Promise<void> {
  const merchant = await db().merchant.upsert({
    where: { slug: MERCHANT.slug },
    create: { id: newId("merchant"), ...MERCHANT },
    update: { name: MERCHANT.name, supportLine: MERCHANT.supportLine },
  });
  for (const person of PEOPLE) await seedPerson(merchant.id, person);
}

/** Leaves a person alone who is there and can sign in, so that seeding ends nobody's session. */
async function seedPerson(merchantId: string, person: Person): Promise<void> {
  const { role, name, signIn, password } = person;
  const known = await db().user.findFirst({ where: { merchantId, ...signIn } });
  if (known && (await verifyPassword(password, known.passwordHash))) return;
  const passwordHash = await hashPassword(password);
  if (known) {
    await db().user.update({ where: { id: known.id }, data: { passwordHash } });
    return;
  }
  await db().user.create({
    data: { id: newId("user"), merchantId, role, name, passwordHash, ...signIn },
  });
}
