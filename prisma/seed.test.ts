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

test("seeding moves no money", async () => {
  await seedDemo();
  expect(await db().ledgerMovement.count()).toBe(0);
  expect(await db().deposit.count()).toBe(0);
});
