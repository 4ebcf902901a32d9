import { afterAll, expect, test } from "vitest";
import { authenticateUser } from "@/lib/auth/authenticate-user";
import { hashPassword } from "@/lib/auth/hash-password";
import { closeDb, db } from "@/lib/db";
import { seedDemo } from "./seed-demo";

afterAll(closeDb);

test("seeding twice makes one shop and its four people, and ends nobody's session", async () => {
  await seedDemo();
  const first = await db().user.findMany({ orderBy: { id: "asc" } });
  await seedDemo();
  expect(await db().user.findMany({ orderBy: { id: "asc" } })).toEqual(first);
  expect(first).toHaveLength(4);
  expect(await db().merchant.findMany()).toMatchObject([{ slug: "demo", name: "Duka la Mwanga" }]);
});

test.each([
  ["0712345678", "malipo-demo-1", "customer"],
  ["0722 000 111", "malipo-demo-2", "customer"],
  ["staff@malipo.test", "malipo-staff-1", "staff"],
  ["admin@malipo.test", "malipo-admin-1", "admin"],
])("%s signs in with the announced password", async (identifier, password, role) => {
  await seedDemo();
  const user = await authenticateUser({ merchantSlug: "demo", identifier, password });
  expect(user).toMatchObject({ role });
});

test("a demo password that somebody changed works again after seeding", async () => {
  await seedDemo();
  const changed = await db().user.updateManyAndReturn({
    where: { phone: "+254712345678" },
    data: { passwordHash: await hashPassword("somebody has changed it") },
  });
  expect(changed).toHaveLength(1);
  await seedDemo();
  const credentials = { identifier: "0712345678", password: "malipo-demo-1" };
  expect(await authenticateUser({ merchantSlug: "demo", ...credentials })).not.toBeNull();
});

test("Wanjiku can be sent vouchers, also in a shop that was seeded before she had an address", async () => {
  await seedDemo();
  const where = { merchant: { slug: "demo" }, phone: "+254712345678" };
  await db().user.updateMany({ where, data: { email: null } });
  const before = await db().user.findFirstOrThrow({ where });
  await seedDemo();
  const email = "wanjiku@example.com";
  expect(await db().user.findFirstOrThrow({ where })).toEqual({ ...before, email });
  const user = await authenticateUser({
    merchantSlug: "demo",
    identifier: email,
    password: "malipo-demo-1",
  });
  expect(user).toMatchObject({ id: before.id });
});

test("an address that somebody else has by now stays theirs", async () => {
  await seedDemo();
  const wanjiku = { merchant: { slug: "demo" }, phone: "+254712345678" };
  const otieno = { merchant: { slug: "demo" }, phone: "+254722000111" };
  await db().user.updateMany({ where: wanjiku, data: { email: null } });
  await db().user.updateMany({ where: otieno, data: { email: "wanjiku@example.com" } });
  await seedDemo();
  expect(await db().user.findFirst({ where: wanjiku })).toMatchObject({ email: null });
  await db().user.updateMany({ where: otieno, data: { email: null } });
});

test("the demo shop pays out by M-Pesa and has rules, which stay as somebody changes them", async () => {
  await seedDemo();
  const merchant = await db().merchant.findUniqueOrThrow({ where: { slug: "demo" } });
  const where = { merchantId: merchant.id };
  expect(
    await db().providerAccount.findMany({ where: { ...where, isPayoutDefault: true } }),
  ).toEqual([expect.objectContaining({ shortcode: "600998", initiatorName: "testapi" })]);
  expect(await db().withdrawalRules.findUniqueOrThrow({ where })).toMatchObject({
    perPaymentCents: 15_000_000n,
    dayCents: 30_000_000n,
    weekCents: 100_000_000n,
    approvalAboveCents: 5_000_000n,
    voucherFeeCents: 0n,
    mpesaFeeCents: 1_000n,
    voucherFloorCents: 1_000_000n,
    mpesaFloorCents: 5_000_000n,
  });
  await db().withdrawalRules.update({ where, data: { mpesaFeeCents: 2_000n } });
  await seedDemo();
  expect(await db().withdrawalRules.findUniqueOrThrow({ where })).toMatchObject({
    mpesaFeeCents: 2_000n,
  });
});

test("seeding moves no money", async () => {
  await seedDemo();
  expect(await db().ledgerMovement.count()).toBe(0);
  expect(await db().deposit.count()).toBe(0);
});
