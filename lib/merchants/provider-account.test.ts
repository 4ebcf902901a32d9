import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { sha256Hex } from "@/lib/crypto";
import { closeDb, db } from "@/lib/db";
import { env } from "@/lib/env";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { addMs, DAY_MS, HOUR_MS } from "@/lib/kit/time";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { callbackSecretOf } from "./callback-secret";
import { findCollectionAccount, openProviderAccount } from "./open-provider-account";
import { rotateCallbackSecret } from "./rotate-callback-secret";
import { saveAccountOfSettings, saveAccountOfShop } from "./save-account-of-settings";
import { saveProviderAccount, type ProviderAccountInput } from "./save-provider-account";

const SECRETS = {
  consumerKey: "key-of-a-shop-0001",
  consumerSecret: "secret-of-a-shop-0002",
  passkey: "passkey-of-a-shop-0003",
};
const INPUT: ProviderAccountInput = {
  environment: "simulated",
  shortcode: "600977",
  tillNumber: null,
  secrets: SECRETS,
  isDefault: false,
};

const usual = { slug: env().merchantSlug, shortcode: env().mpesa.shortcode };
let ctx: Ctx;

beforeEach(async () => {
  const merchant = await createMerchant();
  ctx = makeCtx(merchant.id, { kind: "system", id: "test" });
});
afterEach(() => {
  env().merchantSlug = usual.slug;
  env().mpesa.shortcode = usual.shortcode;
  env().mpesa.environment = "simulated";
});
afterAll(() => closeDb());

function rows() {
  return db().providerAccount.findMany({
    where: { merchantId: ctx.merchantId },
    orderBy: { shortcode: "asc" },
    include: { callbackSecrets: { orderBy: { version: "asc" } } },
  });
}

async function rowOf(id: string) {
  return db().providerAccount.findUniqueOrThrow({
    where: { id },
    include: { callbackSecrets: { orderBy: { version: "asc" } } },
  });
}

function actions(subjectId: string) {
  return db().auditEntry.findMany({ where: { subjectId }, orderBy: { seq: "asc" } });
}

describe("an account", () => {
  test("opens to the keys it was saved with", async () => {
    const id = await saveProviderAccount(ctx, { ...INPUT, tillNumber: "300981" });
    expect(openProviderAccount(await rowOf(id))).toMatchObject({
      id,
      shortcode: "600977",
      kind: "till",
      tillNumber: "300981",
      passkey: SECRETS.passkey,
      app: {
        keys: { consumerKey: SECRETS.consumerKey, consumerSecret: SECRETS.consumerSecret },
      },
    });
  });

  test("tells no key to whoever reads the tables, and enough to staff to tell two apart", async () => {
    const id = await saveProviderAccount(ctx, INPUT);
    const [row] = await db().$queryRaw<{ text: string }[]>`
      SELECT p::text || encode(secrets_cipher, 'escape') AS text
        FROM provider_accounts p WHERE id = ${id}`;
    const audit = JSON.stringify((await actions(id)).map(({ after }) => after));
    for (const secret of Object.values(SECRETS)) {
      expect(row?.text).not.toContain(secret);
      expect(audit).not.toContain(secret);
    }
    expect((await rowOf(id)).secretsMasked).toEqual({
      consumerKey: "****0001",
      consumerSecret: "****0002",
      passkey: "****0003",
    });
  });

  test("saved again with the same keys is not written again", async () => {
    const id = await saveProviderAccount(ctx, INPUT);
    const before = await rowOf(id);
    expect(await saveProviderAccount(ctx, INPUT)).toBe(id);
    expect(await rowOf(id)).toEqual(before);
    expect((await actions(id)).map(({ action }) => action)).toEqual(["provider_account.added"]);
  });

  test.each<[what: string, changes: Partial<ProviderAccountInput>]>([
    ["another consumer key", { secrets: { ...SECRETS, consumerKey: "key-9999" } }],
    ["another consumer secret", { secrets: { ...SECRETS, consumerSecret: "secret-9999" } }],
    ["another passkey", { secrets: { ...SECRETS, passkey: "passkey-9999" } }],
    ["a till number", { tillNumber: "300977" }],
    ["being the default", { isDefault: true }],
  ])(
    "keeps its id and its callback secret when it gets %s, and the change is noted",
    async (_w, changes) => {
      const id = await saveProviderAccount(ctx, INPUT);
      const before = await rowOf(id);
      expect(await saveProviderAccount(ctx, { ...INPUT, ...changes })).toBe(id);
      const after = await rowOf(id);
      expect(after.callbackSecrets).toEqual(before.callbackSecrets);
      expect(after.secretVersion).toBe(1);
      expect(openProviderAccount(after)).toMatchObject({
        passkey: changes.secrets?.passkey ?? SECRETS.passkey,
        tillNumber: changes.tillNumber ?? null,
      });
      expect((await actions(id)).map(({ action }) => action)).toEqual([
        "provider_account.added",
        "provider_account.changed",
      ]);
    },
  );

  test("saved by ten processes that start at the same moment is one account with one secret", async () => {
    const ids = await Promise.all(
      Array.from({ length: 10 }, () => saveProviderAccount(ctx, INPUT)),
    );
    expect(new Set(ids).size).toBe(1);
    const [first = ""] = ids;
    expect((await rowOf(first)).callbackSecrets).toHaveLength(1);
  });

  test("of one shortcode in two environments is two accounts, and each takes money in its own only", async () => {
    const simulated = await saveProviderAccount(ctx, INPUT);
    const production = await saveProviderAccount(ctx, { ...INPUT, environment: "production" });
    expect(production).not.toBe(simulated);
    const shortcode = INPUT.shortcode;
    expect((await findCollectionAccount(ctx, { shortcode }))?.id).toBe(simulated);
    env().mpesa.environment = "production";
    expect((await findCollectionAccount(ctx, { shortcode }))?.id).toBe(production);
  });

  test("of one app shares the app's token and pace with the others, whoever owns them", async () => {
    const other = makeCtx((await createMerchant()).id, { kind: "system", id: "test" });
    const first = await saveProviderAccount(ctx, INPUT);
    const second = await saveProviderAccount(other, { ...INPUT, shortcode: "600981" });
    const third = await saveProviderAccount(other, {
      ...INPUT,
      secrets: { ...SECRETS, consumerKey: "another-app" },
    });
    const [a, b, c] = await Promise.all([first, second, third].map(rowOf));
    expect(a?.appKeyHash).toBe(b?.appKeyHash);
    expect(a?.appKeyHash).not.toBe(c?.appKeyHash);
    expect(a?.appKeyHash).not.toContain(SECRETS.consumerKey);
  });

  test.each(["consumerKey", "consumerSecret", "passkey"] as const)(
    "without a %s is not kept",
    async (name) => {
      const secrets = { ...SECRETS, [name]: "" };
      await expect(saveProviderAccount(ctx, { ...INPUT, secrets })).rejects.toThrow();
      expect((await rows()).map(({ shortcode }) => shortcode)).not.toContain(INPUT.shortcode);
    },
  );
});

describe("the default account", () => {
  test("is one at a time", async () => {
    await saveProviderAccount(ctx, { ...INPUT, isDefault: true });
    expect((await rows()).filter(({ isDefault }) => isDefault)).toMatchObject([
      { shortcode: "600977" },
    ]);
    expect((await findCollectionAccount(ctx, {}))?.shortcode).toBe("600977");
    expect((await findCollectionAccount(ctx, { shortcode: "174379" }))?.isDefault).toBe(false);
  });

  test("is one at a time for two who choose at the same moment", async () => {
    await Promise.all(
      ["600977", "600981", "600984"].map((shortcode) =>
        saveProviderAccount(ctx, { ...INPUT, shortcode, isDefault: true }),
      ),
    );
    expect((await rows()).filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  test("of another merchant is never found", async () => {
    const other = makeCtx((await createMerchant()).id, { kind: "system", id: "test" });
    await saveProviderAccount(other, { ...INPUT, shortcode: "600984" });
    expect(await findCollectionAccount(ctx, { shortcode: "600984" })).toBeNull();
  });

  test("that somebody chose is left alone by the settings at the next start", async () => {
    await saveProviderAccount(ctx, { ...INPUT, isDefault: true });
    await saveAccountOfSettings(ctx.merchantId);
    expect((await findCollectionAccount(ctx, {}))?.shortcode).toBe("600977");
  });

  test("stays the old one when the settings name another shortcode", async () => {
    env().mpesa.shortcode = "600984";
    await saveAccountOfSettings(ctx.merchantId);
    expect((await findCollectionAccount(ctx, {}))?.shortcode).toBe("174379");
    expect(await findCollectionAccount(ctx, { shortcode: "600984" })).not.toBeNull();
  });
});

describe("the account of the settings", () => {
  test("is kept for the merchant of this shop, once, at every start", async () => {
    const merchant = await createMerchant();
    env().merchantSlug = merchant.slug;
    await Promise.all(Array.from({ length: 5 }, () => saveAccountOfShop()));
    const kept = await db().providerAccount.findMany({
      where: { merchantId: merchant.id },
      orderBy: { shortcode: "asc" },
    });
    expect(kept).toMatchObject([
      { shortcode: "174379", isDefault: true, isPayoutDefault: false, kind: "paybill" },
      { shortcode: "600998", isDefault: false, isPayoutDefault: true, kind: "paybill" },
    ]);
  });

  test("is kept for nobody while the shop has no merchant", async () => {
    env().merchantSlug = "nobody-yet";
    const before = await db().providerAccount.count();
    await saveAccountOfShop();
    expect(await db().providerAccount.count()).toBe(before);
  });
});

describe("the secret in the callback addresses", () => {
  const admin = () => makeCtx(ctx.merchantId, { kind: "staff", id: "admin", role: "admin" });

  test("can be made again from the account alone, and only its hash is stored", async () => {
    const account = await rowOf(await saveProviderAccount(ctx, INPUT));
    const secret = callbackSecretOf(account);
    expect(secret).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(callbackSecretOf(account)).toBe(secret);
    expect(account.callbackSecrets).toMatchObject([{ hash: sha256Hex(secret), retiredAt: null }]);
  });

  test("is another one for every account and every version", async () => {
    const ids = ["a", "b", "c"].flatMap((id) =>
      [1, 2, 3].map((secretVersion) => callbackSecretOf({ id, secretVersion })),
    );
    expect(new Set(ids).size).toBe(9);
    expect(ids.join(" ")).not.toMatch(/mpesa|safaricom|exe|cmd|sql|query/i);
  });

  test("is replaced by an admin, and the old one lasts two more days", async () => {
    const id = await saveProviderAccount(ctx, INPUT);
    const old = callbackSecretOf(await rowOf(id));
    const at = new Date("2026-11-21T09:00:00Z");
    await rotateCallbackSecret({ ...admin(), now: () => at }, { accountId: id });
    const account = await rowOf(id);
    expect(account.secretVersion).toBe(2);
    expect(account.callbackSecrets).toMatchObject([
      { version: 1, hash: sha256Hex(old), retiredAt: addMs(at, 2 * DAY_MS) },
      { version: 2, hash: sha256Hex(callbackSecretOf(account)), retiredAt: null },
    ]);
    expect((await actions(id)).at(-1)).toMatchObject({
      action: "provider_account.secret_rotated",
      actorId: "admin",
    });
    expect(JSON.stringify((await actions(id)).map(({ after }) => after))).not.toContain(old);
  });

  test("is replaced twice within the two days: neither old one lasts longer than it was promised", async () => {
    const id = await saveProviderAccount(ctx, INPUT);
    const at = new Date("2026-11-21T09:00:00Z");
    await rotateCallbackSecret({ ...admin(), now: () => at }, { accountId: id });
    const later = addMs(at, HOUR_MS);
    await rotateCallbackSecret({ ...admin(), now: () => later }, { accountId: id });
    expect((await rowOf(id)).callbackSecrets.map(({ retiredAt }) => retiredAt)).toEqual([
      addMs(at, 2 * DAY_MS),
      addMs(later, 2 * DAY_MS),
      null,
    ]);
  });

  test("is replaced at once when it has leaked, with every one before it", async () => {
    const id = await saveProviderAccount(ctx, INPUT);
    const at = new Date("2026-11-21T09:00:00Z");
    await rotateCallbackSecret({ ...admin(), now: () => at }, { accountId: id });
    const now = () => addMs(at, HOUR_MS);
    await rotateCallbackSecret({ ...admin(), now }, { accountId: id, atOnce: true });
    expect((await rowOf(id)).callbackSecrets.map(({ retiredAt }) => retiredAt)).toEqual([
      now(),
      now(),
      null,
    ]);
  });

  test("is replaced by five admins at once: five new versions, one of them in use", async () => {
    const id = await saveProviderAccount(ctx, INPUT);
    await Promise.all(
      Array.from({ length: 5 }, () => rotateCallbackSecret(admin(), { accountId: id })),
    );
    const account = await rowOf(id);
    expect(account.secretVersion).toBe(6);
    const inUse = account.callbackSecrets.filter(({ retiredAt }) => retiredAt === null);
    expect(inUse).toMatchObject([{ version: 6, hash: sha256Hex(callbackSecretOf(account)) }]);
  });

  test.each<[who: string, actor: Ctx["actor"]]>([
    ["a customer", { kind: "customer", id: "c" }],
    ["staff without the right", { kind: "staff", id: "s", role: "staff" }],
    ["the provider", { kind: "provider", id: "mpesa" }],
    ["the system", { kind: "system", id: "x" }],
  ])("is not replaced by %s", async (_who, actor) => {
    const id = await saveProviderAccount(ctx, INPUT);
    const attempt = rotateCallbackSecret(makeCtx(ctx.merchantId, actor), { accountId: id });
    await expect(attempt).rejects.toThrow(ForbiddenError);
    expect((await rowOf(id)).secretVersion).toBe(1);
  });

  test("is not replaced by another merchant's admin", async () => {
    const id = await saveProviderAccount(ctx, INPUT);
    const actor = { kind: "staff", id: "admin", role: "admin" } as const;
    const stranger = makeCtx((await createMerchant()).id, actor);
    await expect(rotateCallbackSecret(stranger, { accountId: id })).rejects.toThrow(NotFoundError);
    expect((await rowOf(id)).secretVersion).toBe(1);
  });
});
