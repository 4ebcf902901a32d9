import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  UnavailableError,
} from "@/lib/errors";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";
import { saveAccountOfSettings } from "@/lib/merchants/save-account-of-settings";
import { openUnregistered, readAccount, SHORTCODE } from "@/test/collector";
import { calmDown } from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";
import { listHistory } from "./list-history";
import { registerCollectionUrls } from "./register-collection-urls";
import { registerPull } from "./register-pull";
import { registerSimulated, requestSimulatedRegistration } from "./register-simulated";

const NUMBER = "0722 000 000";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
beforeEach(async () => {
  await calmDown(shop);
  await shop.sandbox.control.clearCollectionUrls();
  await shop.sandbox.control.changeSettings({ c2bRegisterMode: "sandbox", c2bProduct: "both" });
});
afterAll(() => shop.close());

describe("confirmations", () => {
  test("are registered at addresses with the account's own secret, in the version of its product", async () => {
    const collector = await openUnregistered();
    await shop.sandbox.control.changeSettings({ c2bProduct: "v1" });
    const registered = await registerCollectionUrls(collector.admin, {
      ...collector,
      version: "v1",
    });
    expect(registered).toEqual({ wasRegistered: false });
    const account = await readAccount(collector);
    const own = `${shop.appUrl}/callbacks/daraja/${callbackSecretOf(account)}/c2b`;
    expect(await shop.sandbox.control.collectionUrls()).toMatchObject([
      {
        ...{ shortcode: SHORTCODE, version: "v1", responseType: "Completed" },
        ...{ confirmationUrl: `${own}/confirmation`, validationUrl: `${own}/validation` },
      },
    ]);
    expect(account.c2bSince).not.toBeNull();
    expect(account.c2bVersion).toBe("v1");
    const audit = await db().auditEntry.findMany({ where: { subjectId: account.id } });
    expect(audit.map(({ action }) => action)).toContain(
      "provider_account.confirmations_registered",
    );
  });

  test.each(["registered", "duplicate"] as const)(
    "that M-Pesa calls %s already are a success that says so, and stay since when they were",
    async (c2bDuplicateText) => {
      const collector = await openUnregistered();
      await registerCollectionUrls(collector.admin, collector);
      const { c2bSince } = await readAccount(collector);
      await shop.sandbox.control.changeSettings({ c2bRegisterMode: "live", c2bDuplicateText });
      expect(await registerCollectionUrls(collector.admin, collector)).toEqual({
        wasRegistered: true,
      });
      expect(await readAccount(collector)).toMatchObject({ c2bSince });
    },
  );

  test("are not asked for at an address that Safaricom refuses", async () => {
    const collector = await openUnregistered();
    const { appUrl } = env();
    try {
      for (const address of [
        "https://mpesa.duka.co.ke",
        "https://duka.co.ke/SQL",
        "https://m-pesa.ke",
      ]) {
        env().appUrl = address;
        await expect(registerCollectionUrls(collector.admin, collector)).rejects.toThrow(
          new ConflictError("url_refused"),
        );
      }
    } finally {
      env().appUrl = appUrl;
    }
    expect(await db().providerCall.count({ where: { subjectId: collector.accountId } })).toBe(0);
  });

  test.each([
    ["another version's product", { c2bProduct: "v1" } as const, null, "mpesa_keys_refused"],
    ["no answer", {}, { kind: "drop" } as const, "mpesa_no_answer"],
    ["too many calls", {}, { kind: "gateway", form: "spike_arrest" } as const, "mpesa_not_asked"],
  ])(
    "that end with %s are not registered, and the error has a name",
    async (_what, settings, effect, code) => {
      const collector = await openUnregistered();
      await shop.sandbox.control.changeSettings(settings);
      if (effect)
        await shop.sandbox.control.addFault({ endpoint: "c2b_register", effect, times: 1 });
      await expect(registerCollectionUrls(collector.admin, collector)).rejects.toMatchObject({
        code,
      });
      expect((await readAccount(collector)).c2bSince).toBeNull();
    },
  );
});

describe("the list", () => {
  test("is opened with the line of the shortcode's papers, which is kept", async () => {
    const collector = await openUnregistered();
    await registerPull(collector.admin, { ...collector, nominatedNumber: "0733 111 222" });
    expect(await readAccount(collector)).toMatchObject({ nominatedNumber: "+254733111222" });
    expect((await readAccount(collector)).pullSince).not.toBeNull();
    // The second time it is there already, and no number has to be typed.
    await registerPull(collector.admin, collector);
    const [shown] = await listHistory(collector.admin);
    expect(shown).toMatchObject({ nominatedNumber: "0733 *** 222", number: SHORTCODE, runs: [] });
  });

  test("that was open before is as good", async () => {
    const collector = await openUnregistered();
    await registerPull(collector.admin, collector);
    const { pullSince } = await readAccount(collector);
    expect(await registerPull(collector.admin, collector)).toEqual({ wasRegistered: true });
    expect(await readAccount(collector)).toMatchObject({ pullSince });
  });

  test.each([
    ["no number", "", "empty"],
    ["another country's number", "+255712345678", "bad_shape"],
  ])("needs a Kenyan number: %s is refused", async (_what, nominatedNumber, problem) => {
    const collector = await openUnregistered();
    await expect(registerPull(collector.admin, { ...collector, nominatedNumber })).rejects.toEqual(
      new InvalidInputError({ nominated_number: problem }),
    );
  });

  test("that M-Pesa does not answer about stays closed", async () => {
    const collector = await openUnregistered();
    const effect = { kind: "drop" } as const;
    await shop.sandbox.control.addFault({ endpoint: "pull_register", effect, times: 1 });
    await expect(registerPull(collector.admin, collector)).rejects.toThrow(UnavailableError);
    expect((await readAccount(collector)).pullSince).toBeNull();
  });
});

test.each([registerPull, registerCollectionUrls])(
  "%o is for admins of the merchant alone",
  async (register) => {
    const { merchantId, accountId, admin } = await openUnregistered();
    const staff = makeCtx(merchantId, { kind: "staff", id: "someone", role: "staff" });
    const { ctx: customer } = await shop.customer(merchantId);
    for (const ctx of [staff, customer])
      await expect(register(ctx, { accountId })).rejects.toThrow(ForbiddenError);
    const other = await openUnregistered();
    await expect(register(other.admin, { accountId })).rejects.toThrow(NotFoundError);
    expect(await readAccount({ accountId, merchantId, admin, worker: admin })).toMatchObject({
      c2bSince: null,
      pullSince: null,
    });
  },
);

describe("the demo", () => {
  test("registers itself when its worker starts, as often as the simulator forgets", async () => {
    const collector = await openUnregistered();
    const { slug } = await db().merchant.findUniqueOrThrow({ where: { id: collector.merchantId } });
    const own = env().merchantSlug;
    env().merchantSlug = slug;
    try {
      await requestSimulatedRegistration();
      await requestSimulatedRegistration();
    } finally {
      env().merchantSlug = own;
    }
    await shop.runJobs();
    expect(await shop.sandbox.control.collectionUrls()).toHaveLength(1);
    expect(await shop.sandbox.control.pullRegistrations()).not.toEqual([]);
    const account = await readAccount(collector);
    expect([account.c2bSince, account.pullSince]).not.toContain(null);
    await shop.sandbox.control.clearCollectionUrls();
    await registerSimulated(collector.worker);
    expect(await shop.sandbox.control.collectionUrls()).toHaveLength(1);
  });

  test("never registers where money is real", async () => {
    const collector = await openUnregistered();
    const { mpesa } = env();
    const was = mpesa.environment;
    mpesa.environment = "production";
    try {
      await expect(registerSimulated(collector.worker)).rejects.toThrow();
      const jobs = () => db().$queryRaw<unknown[]>`SELECT id FROM graphile_worker._private_jobs`;
      const before = await jobs();
      await requestSimulatedRegistration();
      expect(await jobs()).toEqual(before);
    } finally {
      mpesa.environment = was;
    }
  });
});

describe("the settings", () => {
  test("say version and number, and leave what they do not say as it is", async () => {
    const collector = await openUnregistered();
    const { mpesa } = env();
    const was = { ...mpesa };
    try {
      Object.assign(mpesa, { c2bVersion: "v1", nominatedNumber: "+254733111222" });
      await saveAccountOfSettings(collector.merchantId);
      expect(await readAccount(collector)).toMatchObject({
        c2bVersion: "v1",
        nominatedNumber: "+254733111222",
      });
      Object.assign(mpesa, { c2bVersion: null, nominatedNumber: null });
      await saveAccountOfSettings(collector.merchantId);
      expect(await readAccount(collector)).toMatchObject({
        c2bVersion: "v1",
        nominatedNumber: "+254733111222",
      });
    } finally {
      Object.assign(mpesa, was);
    }
  });
});

describe("a deposit's account number for paying by hand", () => {
  async function payReferencesOf(collector: { merchantId: string }, count: number) {
    const found: (string | null)[] = [];
    for (let made = 0; made < count; made += 1) {
      const { ctx } = await shop.customer(collector.merchantId);
      const { depositId } = await shop.prompt(ctx);
      const row = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
      found.push(row.payReference);
    }
    return found;
  }

  test("is there where M-Pesa tells of payments or lists them, and nowhere else", async () => {
    const collector = await openUnregistered();
    expect(await payReferencesOf(collector, 1)).toEqual([null]);
    await registerPull(collector.admin, { ...collector, nominatedNumber: NUMBER });
    const [listed] = await payReferencesOf(collector, 1);
    expect(listed).toMatch(/^[0-9A-Z]{8}$/);
    await db().providerAccount.update({
      where: { id: collector.accountId },
      data: { pullSince: null, c2bSince: new Date() },
    });
    const [told] = await payReferencesOf(collector, 1);
    expect(told).toMatch(/^[0-9A-Z]{8}$/);
    expect(told).not.toBe(listed);
  });

  test("that another deposit of the merchant has is not given twice", async () => {
    const collector = await openUnregistered();
    await registerPull(collector.admin, { ...collector, nominatedNumber: NUMBER });
    const real = crypto.getRandomValues.bind(crypto);
    // The dice fall the same way for the first two references.
    let rolls = 0;
    vi.spyOn(crypto, "getRandomValues").mockImplementation((array) => {
      if (!(array instanceof Uint8Array) || array.length !== 1) return real(array);
      rolls += 1;
      array[0] = rolls <= 14 ? 5 : (rolls * 7) % 200;
      return array;
    });
    const [first, second] = await payReferencesOf(collector, 2);
    expect(rolls).toBeGreaterThanOrEqual(21);
    expect(first).toMatch(/^5555555/);
    expect(second).not.toBe(first);
    vi.restoreAllMocks();
  });
});
