import { hashPassword } from "@/lib/auth/hash-password";
import { verifyPassword } from "@/lib/auth/verify-password";
import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import type { UserRole } from "@/lib/generated/prisma/client";
import { newId } from "@/lib/kit/ids";
import { saveAccountOfSettings } from "@/lib/merchants/save-account-of-settings";
import { saveProviderAccount } from "@/lib/merchants/save-provider-account";

const MERCHANT = { slug: "demo", name: "Duka la Mwanga", supportLine: "0700 123 456" } as const;

interface Person {
  readonly role: UserRole;
  readonly name: string;
  readonly signIn: { phone: string } | { email: string };
  /** Where vouchers can be sent, of somebody who signs in with a phone. */
  readonly email?: string;
  readonly password: string;
}

const PEOPLE: readonly Person[] = [
  {
    role: "customer",
    name: "Wanjiku Kamau",
    signIn: { phone: "+254712345678" },
    email: "wanjiku@example.com",
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

const MORE_SHORTCODES = [
  { shortcode: "600977", tillNumber: null, passkey: "malipo-demo-passkey-600977" },
  { shortcode: "600981", tillNumber: "300981", passkey: "malipo-demo-passkey-600981" },
] as const;

const WITHDRAWAL_RULES = {
  perPaymentCents: 15_000_000n,
  dayCents: 30_000_000n,
  weekCents: 100_000_000n,
  approvalAboveCents: 5_000_000n,
  voucherFeeCents: 0n,
  mpesaFeeCents: 1_000n,
  voucherFloorCents: 1_000_000n,
  mpesaFloorCents: 5_000_000n,
};

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
  await seedShortcodes(merchant.id);
  // Rules that somebody has changed stay changed.
  await db().withdrawalRules.createMany({
    data: { merchantId: merchant.id, ...WITHDRAWAL_RULES, updatedAt: new Date() },
    skipDuplicates: true,
  });
}

/** The shortcodes of the settings, and two more of the sandbox: another PayBill, and a till. */
async function seedShortcodes(merchantId: string): Promise<void> {
  await saveAccountOfSettings(merchantId);
  const { environment, consumerKey, consumerSecret } = env().mpesa;
  if (environment !== "simulated") return;
  const ctx = makeCtx(merchantId, { kind: "system", id: "seed" });
  for (const { passkey, ...account } of MORE_SHORTCODES) {
    const secrets = { consumerKey, consumerSecret, passkey };
    await saveProviderAccount(ctx, { ...account, environment, secrets, isDefault: false });
  }
}

/** Leaves a person alone who is there and can sign in, so that seeding ends nobody's session. */
async function seedPerson(merchantId: string, person: Person): Promise<void> {
  const { role, name, signIn, email, password } = person;
  const known = await db().user.findFirst({ where: { merchantId, ...signIn } });
  if (known) {
    if (!(await verifyPassword(password, known.passwordHash))) {
      const passwordHash = await hashPassword(password);
      await db().user.update({ where: { id: known.id }, data: { passwordHash } });
    }
    if (email && known.email === null) await giveEmail(known, email);
    return;
  }
  const passwordHash = await hashPassword(password);
  const id = newId("user");
  await db().user.create({ data: { id, merchantId, role, name, passwordHash, ...signIn } });
  if (email) await giveEmail({ id, merchantId }, email);
}

/** Unless it is somebody else's by now. */
async function giveEmail(user: { id: string; merchantId: string }, email: string): Promise<void> {
  const { id, merchantId } = user;
  if (await db().user.findFirst({ where: { merchantId, email }, select: { id: true } })) return;
  await db().user.update({ where: { id }, data: { email } });
}
