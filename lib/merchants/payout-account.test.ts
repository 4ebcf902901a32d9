import { constants, privateDecrypt, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { makeCtx, withTransaction, type Ctx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import { env } from "@/lib/env";
import { ForbiddenError } from "@/lib/errors";
import { assert } from "@/lib/kit/assert";
import { addMs, SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { eventually } from "@/test/eventually";
import { ensureSimulatedCertificate } from "@/scripts/lib/simulated-certificate.mjs";
import { findPayoutAccount, openPayoutAccount } from "./open-payout-account";
import { findCollectionAccount, openProviderAccount } from "./open-provider-account";
import { openSecrets } from "./provider-secrets";
import { resumePayouts } from "./resume-payouts";
import { saveAccountOfSettings } from "./save-account-of-settings";
import {
  saveProviderAccount,
  type PayoutInput,
  type ProviderAccountInput,
} from "./save-provider-account";
import { stopPayouts } from "./stop-payouts";

const PASSWORD = "Nairobi#2026";
const APP = { consumerKey: "key-of-a-shop-0001", consumerSecret: "secret-of-a-shop-0002" };
const COLLECTS: ProviderAccountInput = {
  environment: "simulated",
  shortcode: "600977",
  tillNumber: null,
  secrets: { ...APP, passkey: "passkey-of-a-shop-0003" },
  isDefault: true,
};

const usualPayout = env().mpesa.payout;
let ctx: Ctx;
let certificatePem: string;
let keyPem: string;
let folder: string;
let otherCertificatePem: string;

beforeAll(async () => {
  keyPem = readFileSync(process.env.SANDBOX_KEY_FILE ?? "", "utf8");
  certificatePem = readFileSync(process.env.SANDBOX_CERTIFICATE_FILE ?? "", "utf8");
  folder = mkdtempSync(path.join(tmpdir(), "malipo-payout-account-"));
  const other = await ensureSimulatedCertificate(folder);
  otherCertificatePem = readFileSync(other.certificateFile, "utf8");
});
beforeEach(async () => {
  const merchant = await createMerchant();
  ctx = makeCtx(merchant.id, { kind: "system", id: "test" });
});
afterEach(() => {
  env().mpesa.payout = usualPayout;
  env().mpesa.environment = "simulated";
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await closeDb();
});

function payout(changes: Partial<PayoutInput> = {}): PayoutInput {
  return {
    initiatorName: "payer",
    commandId: "BusinessPayment",
    isPayoutDefault: false,
    credential: { password: PASSWORD, certificatePem },
    ...changes,
  };
}

/** An account that pays out and does nothing else. */
function pays(changes: Partial<PayoutInput> = {}): ProviderAccountInput {
  return {
    environment: "simulated",
    shortcode: "600984",
    secrets: APP,
    payout: payout(changes),
  };
}

function rowOf(id: string) {
  return db().providerAccount.findUniqueOrThrow({ where: { id } });
}

/** How many others wait for a lock in this database. */
async function waitingForLocks(): Promise<number> {
  const [row] = await db().$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return row?.count ?? 0;
}

function entries(subjectId: string) {
  return db().auditEntry.findMany({ where: { subjectId }, orderBy: { seq: "asc" } });
}

async function actions(subjectId: string) {
  return (await entries(subjectId)).map(({ action }) => action);
}

/** What M-Pesa reads with its private key. */
function passwordIn(credential: string | undefined): string {
  assert(credential !== undefined, "there is a credential");
  const key = { key: keyPem, padding: constants.RSA_PKCS1_PADDING };
  return privateDecrypt(key, Buffer.from(credential, "base64")).toString("utf8");
}

function settingsPayout() {
  assert(usualPayout !== null, "tests run with a certificate");
  return usualPayout;
}

describe("an account that pays out", () => {
  test("opens to an operator whose password only M-Pesa can read", async () => {
    const id = await saveProviderAccount(ctx, pays({ commandId: "SalaryPayment" }));
    const account = openPayoutAccount(await rowOf(id));
    expect(account).toMatchObject({
      id,
      shortcode: "600984",
      initiatorName: "payer",
      commandId: "SalaryPayment",
      app: { keys: APP },
    });
    expect(passwordIn(account.securityCredential)).toBe(PASSWORD);
  });

  test("keeps the password nowhere, not even encrypted", async () => {
    const id = await saveProviderAccount(ctx, pays());
    const row = await rowOf(id);
    const secrets = openSecrets(row);
    expect(JSON.stringify(secrets)).not.toContain(PASSWORD);
    const [text] = await db().$queryRaw<{ all: string }[]>`
      SELECT p::text || encode(secrets_cipher, 'escape') AS all
        FROM provider_accounts p WHERE id = ${id}`;
    const audit = JSON.stringify((await entries(id)).map(({ after }) => after));
    for (const secret of [PASSWORD, ...Object.values(secrets)]) {
      expect(text?.all).not.toContain(secret);
      expect(audit).not.toContain(secret);
    }
  });

  test("shows staff enough to tell two credentials apart", async () => {
    const row = await rowOf(await saveProviderAccount(ctx, pays()));
    expect(row.secretsMasked).toEqual({
      consumerKey: "****0001",
      consumerSecret: "****0002",
      securityCredential: `****${openSecrets(row).securityCredential?.slice(-4)}`,
    });
  });

  test("takes a credential that the portal has encrypted, as it is", async () => {
    const ready = Buffer.alloc(256, 5).toString("base64");
    const id = await saveProviderAccount(ctx, pays({ credential: { ready } }));
    expect(openPayoutAccount(await rowOf(id)).securityCredential).toBe(ready);
    expect(openSecrets(await rowOf(id)).credentialMadeFrom).toBeUndefined();
  });

  test("takes the certificate as DER too, as the portal gives it", async () => {
    const der = new X509Certificate(certificatePem).raw;
    const credential = { password: PASSWORD, certificatePem: der };
    const id = await saveProviderAccount(ctx, pays({ credential }));
    expect(passwordIn(openSecrets(await rowOf(id)).securityCredential)).toBe(PASSWORD);
  });

  test("asks nobody for money", async () => {
    await saveProviderAccount(ctx, pays());
    expect(await findCollectionAccount(ctx, { shortcode: "600984" })).toBeNull();
  });

  test("is not kept when its certificate is none", async () => {
    const credential = { password: PASSWORD, certificatePem: "no certificate" };
    await expect(saveProviderAccount(ctx, pays({ credential }))).rejects.toThrow("certificate");
    const where = { merchantId: ctx.merchantId, shortcode: "600984" };
    expect(await db().providerAccount.count({ where })).toBe(0);
  });

  test("is not kept when it neither collects nor pays out", async () => {
    const useless = { environment: "simulated", shortcode: "600984", secrets: APP };
    await expect(saveProviderAccount(ctx, useless)).rejects.toThrow("passkey");
    expect(await db().providerAccount.count({ where: { merchantId: ctx.merchantId } })).toBe(2);
  });
});

describe("saved again", () => {
  test("with the same password and certificate, nothing is written", async () => {
    const id = await saveProviderAccount(ctx, pays());
    const before = await rowOf(id);
    expect(await saveProviderAccount(ctx, pays())).toBe(id);
    expect(await rowOf(id)).toEqual(before);
    expect(await actions(id)).toEqual(["provider_account.added"]);
  });

  test.each<[what: string, changes: () => Partial<PayoutInput>]>([
    ["another password", () => ({ credential: { password: "Other#1", certificatePem } })],
    [
      "another certificate",
      () => ({ credential: { password: PASSWORD, certificatePem: otherCertificatePem } }),
    ],
    [
      "a credential of the portal's",
      () => ({ credential: { ready: Buffer.alloc(256, 5).toString("base64") } }),
    ],
  ])("with %s, the credential is another one and the change is noted", async (_what, changes) => {
    const id = await saveProviderAccount(ctx, pays());
    const before = openSecrets(await rowOf(id)).securityCredential;
    expect(await saveProviderAccount(ctx, pays(changes()))).toBe(id);
    expect(openSecrets(await rowOf(id)).securityCredential).not.toBe(before);
    expect(await actions(id)).toEqual(["provider_account.added", "provider_account.changed"]);
  });

  test("with the password after a credential of the portal's, the password counts", async () => {
    const ready = Buffer.alloc(256, 5).toString("base64");
    const id = await saveProviderAccount(ctx, pays({ credential: { ready } }));
    await saveProviderAccount(ctx, pays());
    expect(passwordIn(openSecrets(await rowOf(id)).securityCredential)).toBe(PASSWORD);
  });

  test.each<[what: string, changes: Partial<PayoutInput>]>([
    ["operator", { initiatorName: "another" }],
    ["command", { commandId: "PromotionPayment" }],
    ["place", { isPayoutDefault: true }],
  ])("with another %s, the credential stays and the change is noted", async (_what, changes) => {
    const id = await saveProviderAccount(ctx, pays());
    const before = openSecrets(await rowOf(id));
    await saveProviderAccount(ctx, pays(changes));
    const { credential: _, ...traits } = payout(changes);
    expect(await rowOf(id)).toMatchObject(traits);
    expect(openSecrets(await rowOf(id))).toEqual(before);
    expect(await actions(id)).toEqual(["provider_account.added", "provider_account.changed"]);
  });

  test("by ten processes that start at the same moment, it is one account with one credential", async () => {
    const ids = await Promise.all(
      Array.from({ length: 10 }, () => saveProviderAccount(ctx, pays())),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await actions(ids[0] ?? "")).toEqual(["provider_account.added"]);
  });
});

describe("one number that collects and pays out", () => {
  const number = COLLECTS.shortcode;

  test("learns to pay out and still collects", async () => {
    const id = await saveProviderAccount(ctx, COLLECTS);
    expect(await saveProviderAccount(ctx, { ...pays(), shortcode: number })).toBe(id);
    const row = await rowOf(id);
    expect(row).toMatchObject({ isDefault: true, initiatorName: "payer" });
    expect(openProviderAccount(row).passkey).toBe(COLLECTS.secrets.passkey);
    expect(passwordIn(openPayoutAccount(row).securityCredential)).toBe(PASSWORD);
  });

  test("learns to collect and still pays out", async () => {
    const id = await saveProviderAccount(ctx, { ...pays(), shortcode: number });
    const { securityCredential } = openSecrets(await rowOf(id));
    await saveProviderAccount(ctx, COLLECTS);
    const row = await rowOf(id);
    expect(openProviderAccount(row).passkey).toBe(COLLECTS.secrets.passkey);
    expect(openPayoutAccount(row).securityCredential).toBe(securityCredential);
  });

  test("keeps its till and its place when it is saved for payouts", async () => {
    const id = await saveProviderAccount(ctx, { ...COLLECTS, tillNumber: "300977" });
    await saveProviderAccount(ctx, { ...pays(), shortcode: number });
    expect(await rowOf(id)).toMatchObject({ tillNumber: "300977", kind: "till", isDefault: true });
  });
});

describe("the account that pays withdrawals", () => {
  test("is one at a time, and the one that was chosen last", async () => {
    await saveProviderAccount(ctx, pays({ isPayoutDefault: true }));
    const chosen = await db().providerAccount.findMany({
      where: { merchantId: ctx.merchantId, isPayoutDefault: true },
    });
    expect(chosen).toMatchObject([{ shortcode: "600984" }]);
    expect((await findPayoutAccount(ctx))?.shortcode).toBe("600984");
  });

  test("is one at a time for three who choose at the same moment", async () => {
    await Promise.all(
      ["600981", "600984", "600985"].map((shortcode) =>
        saveProviderAccount(ctx, { ...pays({ isPayoutDefault: true }), shortcode }),
      ),
    );
    const where = { merchantId: ctx.merchantId, isPayoutDefault: true };
    expect(await db().providerAccount.count({ where })).toBe(1);
  });

  test("is chosen apart from the one that takes deposits", async () => {
    const before = await findCollectionAccount(ctx, {});
    await saveProviderAccount(ctx, pays({ isPayoutDefault: true }));
    expect((await findCollectionAccount(ctx, {}))?.id).toBe(before?.id);
    await saveProviderAccount(ctx, COLLECTS);
    expect((await findPayoutAccount(ctx))?.shortcode).toBe("600984");
  });

  test("of another environment or another merchant pays nothing", async () => {
    const stranger = makeCtx((await createMerchant()).id, { kind: "system", id: "test" });
    await saveProviderAccount(stranger, pays({ isPayoutDefault: true }));
    expect((await findPayoutAccount(ctx))?.shortcode).toBe("600998");
    env().mpesa.environment = "production";
    expect(await findPayoutAccount(ctx)).toBeNull();
  });
});

describe("the payout account of the settings", () => {
  test("is kept with the operator of the settings, beside the one that collects", async () => {
    const account = await findPayoutAccount(ctx);
    assert(account !== null, "the factory saves the settings");
    expect(account).toMatchObject({ shortcode: "600998", initiatorName: "testapi" });
    expect(passwordIn(openPayoutAccount(account).securityCredential)).toBe("Malipo#Demo1");
    expect((await findCollectionAccount(ctx, {}))?.shortcode).toBe("174379");
  });

  test("is written once, however many processes start", async () => {
    const account = await findPayoutAccount(ctx);
    await Promise.all(Array.from({ length: 5 }, () => saveAccountOfSettings(ctx.merchantId)));
    expect(await findPayoutAccount(ctx)).toEqual(account);
    expect(await actions(account?.id ?? "")).toEqual(["provider_account.added"]);
  });

  test("is the collecting one when the settings name one number for both", async () => {
    env().mpesa.payout = { ...settingsPayout(), shortcode: "174379" };
    const merchant = await createMerchant();
    const rows = await db().providerAccount.findMany({ where: { merchantId: merchant.id } });
    expect(rows).toMatchObject([{ shortcode: "174379", isDefault: true, isPayoutDefault: true }]);
    const [row] = rows;
    assert(row !== undefined, "there is one");
    expect(openProviderAccount(row).passkey).toBe(env().mpesa.passkey);
    expect(passwordIn(openPayoutAccount(row).securityCredential)).toBe("Malipo#Demo1");
  });

  test("does not take the place of one that somebody chose", async () => {
    await saveProviderAccount(ctx, pays({ isPayoutDefault: true }));
    await saveAccountOfSettings(ctx.merchantId);
    expect((await findPayoutAccount(ctx))?.shortcode).toBe("600984");
  });

  test("is there only when the settings pay out", async () => {
    env().mpesa.payout = null;
    const merchant = await createMerchant();
    const rows = await db().providerAccount.findMany({ where: { merchantId: merchant.id } });
    expect(rows).toMatchObject([{ shortcode: "174379", initiatorName: null }]);
  });

  test("stays as it is when the settings pay nothing out any more", async () => {
    const account = await findPayoutAccount(ctx);
    env().mpesa.payout = null;
    await saveAccountOfSettings(ctx.merchantId);
    expect(await findPayoutAccount(ctx)).toEqual(account);
  });

  test("gets the credential of the portal when the settings hold that one", async () => {
    const securityCredential = Buffer.alloc(256, 9).toString("base64");
    env().mpesa.payout = { ...settingsPayout(), securityCredential, password: null };
    await saveAccountOfSettings(ctx.merchantId);
    const account = await findPayoutAccount(ctx);
    expect(account && openPayoutAccount(account).securityCredential).toBe(securityCredential);
  });

  describe("with a certificate that cannot be used", () => {
    test.each<[what: string, fileOf: () => string]>([
      ["is not there", () => path.join(folder, "nowhere.cer")],
      ["is a folder", () => folder],
      [
        "is something else",
        () => {
          const file = path.join(folder, "notes.txt");
          writeFileSync(file, "not a certificate");
          return file;
        },
      ],
    ])(
      "because it %s: deposits go on, nothing is paid out, and the log says why",
      async (_what, fileOf) => {
        const error = vi.spyOn(log(), "error").mockImplementation(() => undefined);
        env().mpesa.payout = { ...settingsPayout(), certificateFile: fileOf() };
        const merchant = await createMerchant();
        const shop = makeCtx(merchant.id, { kind: "system", id: "test" });
        expect((await findCollectionAccount(shop, {}))?.shortcode).toBe("174379");
        expect(await findPayoutAccount(shop)).toBeNull();
        // The simulated operator acts for the shortcode that collects as well.
        const told = ["600998", "174379"].map((shortcode) => [
          expect.objectContaining({ shortcode }),
          expect.stringContaining("MPESA_CERTIFICATE_FILE"),
        ]);
        expect(error.mock.calls).toEqual(told);
        expect(JSON.stringify(error.mock.calls)).not.toContain(settingsPayout().password);
      },
    );

    test("an account that already paid out goes on with what it has", async () => {
      vi.spyOn(log(), "error").mockImplementation(() => undefined);
      const account = await findPayoutAccount(ctx);
      env().mpesa.payout = { ...settingsPayout(), certificateFile: path.join(folder, "gone.cer") };
      await saveAccountOfSettings(ctx.merchantId);
      expect(await findPayoutAccount(ctx)).toEqual(account);
    });
  });
});

describe("an operator that M-Pesa has turned away", () => {
  const reason = "operator_refused";
  const admin = () => makeCtx(ctx.merchantId, { kind: "staff", id: "admin", role: "admin" });
  const stop = (accountId: string, by = ctx) =>
    withTransaction(by, (tx) => stopPayouts(tx, { accountId, reason, orderedAt: new Date() }));

  beforeEach(() => {
    vi.spyOn(log(), "error").mockImplementation(() => undefined);
  });

  test("is not tried again: the account stops, once, and says so loudly", async () => {
    const id = await saveProviderAccount(ctx, pays());
    expect(await stop(id)).toBe(true);
    expect(await stop(id)).toBe(false);
    expect((await rowOf(id)).payoutsStopped).toBe(reason);
    expect(await actions(id)).toEqual([
      "provider_account.added",
      "provider_account.payouts_stopped",
    ]);
    expect((await entries(id)).at(-1)?.after).toEqual({ reason });
    expect(vi.mocked(log().error)).toHaveBeenCalledOnce();
  });

  test("stops once when ten results say so at the same moment", async () => {
    const id = await saveProviderAccount(ctx, pays());
    const stopped = await Promise.all(Array.from({ length: 10 }, () => stop(id)));
    expect(stopped.filter(Boolean)).toHaveLength(1);
    expect(await actions(id)).toHaveLength(2);
  });

  test("keeps the first reason", async () => {
    const id = await saveProviderAccount(ctx, pays());
    await stop(id);
    await withTransaction(ctx, (tx) =>
      stopPayouts(tx, { accountId: id, reason: "another", orderedAt: new Date() }),
    );
    expect((await rowOf(id)).payoutsStopped).toBe(reason);
  });

  test("of one merchant stops nothing of another's", async () => {
    const stranger = makeCtx((await createMerchant()).id, { kind: "system", id: "test" });
    const id = await saveProviderAccount(ctx, pays());
    expect(await stop(id, stranger)).toBe(false);
    expect((await rowOf(id)).payoutsStopped).toBeNull();
  });

  test.each<[what: string, changes: () => Partial<ProviderAccountInput>]>([
    [
      "another password",
      () => ({ payout: payout({ credential: { password: "Other#1", certificatePem } }) }),
    ],
    [
      "another certificate",
      () => ({
        payout: payout({ credential: { password: PASSWORD, certificatePem: otherCertificatePem } }),
      }),
    ],
    ["another operator", () => ({ payout: payout({ initiatorName: "another" }) })],
    ["the keys of another app", () => ({ secrets: { ...APP, consumerKey: "key-9" } })],
  ])("is tried again with %s", async (_what, changes) => {
    const id = await saveProviderAccount(ctx, pays());
    await stop(id);
    await saveProviderAccount(ctx, { ...pays(), ...changes() });
    expect((await rowOf(id)).payoutsStopped).toBeNull();
  });

  test.each<[what: string, input: () => ProviderAccountInput]>([
    ["the same again, as at every start", () => pays()],
    ["another command", () => pays({ commandId: "SalaryPayment" })],
    ["another place", () => pays({ isPayoutDefault: true })],
    ["a passkey to collect", () => ({ ...COLLECTS, shortcode: "600984" })],
  ])("is not tried again with %s: that would lock it", async (_what, input) => {
    const id = await saveProviderAccount(ctx, pays());
    await stop(id);
    await saveProviderAccount(ctx, input());
    expect((await rowOf(id)).payoutsStopped).toBe(reason);
  });

  test("is tried again when an admin says that it is unlocked, once", async () => {
    const id = await saveProviderAccount(ctx, pays());
    await stop(id);
    expect(await resumePayouts(admin(), { accountId: id })).toBe(true);
    expect(await resumePayouts(admin(), { accountId: id })).toBe(false);
    expect((await rowOf(id)).payoutsStopped).toBeNull();
    expect((await entries(id)).slice(-1)).toMatchObject([
      { action: "provider_account.payouts_resumed", actorId: "admin", before: { reason } },
    ]);
  });

  test("stays stopped when its settings are saved at the same time", async () => {
    const id = await saveProviderAccount(ctx, pays());
    const saving = await withTransaction(ctx, async (tx) => {
      await stopPayouts(tx, { accountId: id, reason, orderedAt: new Date() });
      const save = saveProviderAccount(ctx, pays({ commandId: "SalaryPayment" }));
      // It has read the account as it was before, and waits to write it.
      await eventually(async () => expect(await waitingForLocks()).toBe(1));
      return { save };
    });
    await saving.save;
    expect(await rowOf(id)).toMatchObject({ payoutsStopped: reason, commandId: "SalaryPayment" });
  });

  test("is not the new one: a late word about the one before stops nothing", async () => {
    const id = await saveProviderAccount(ctx, pays());
    const changedAt = new Date();
    const later = { ...ctx, now: () => changedAt };
    await stop(id);
    await saveProviderAccount(later, pays({ initiatorName: "another" }));
    const say = (orderedAt: Date) => stopPayouts(ctx, { accountId: id, reason, orderedAt });
    expect(await say(addMs(changedAt, -1))).toBe(false);
    expect((await rowOf(id)).payoutsStopped).toBeNull();
    expect(await say(changedAt)).toBe(true);
    const letInAt = addMs(changedAt, SECOND_MS);
    await resumePayouts({ ...admin(), now: () => letInAt }, { accountId: id });
    expect(await say(addMs(letInAt, -1))).toBe(false);
    expect(await say(letInAt)).toBe(true);
  });

  test.each<[who: string, actor: Ctx["actor"]]>([
    ["a customer", { kind: "customer", id: "c" }],
    ["staff without the right", { kind: "staff", id: "s", role: "staff" }],
    ["the system", { kind: "system", id: "x" }],
  ])("is not let in again by %s", async (_who, actor) => {
    const id = await saveProviderAccount(ctx, pays());
    await stop(id);
    const attempt = resumePayouts(makeCtx(ctx.merchantId, actor), { accountId: id });
    await expect(attempt).rejects.toThrow(ForbiddenError);
    expect((await rowOf(id)).payoutsStopped).toBe(reason);
  });

  test("is not let in again by another merchant's admin", async () => {
    const id = await saveProviderAccount(ctx, pays());
    await stop(id);
    const actor = { kind: "staff", id: "admin", role: "admin" } as const;
    const stranger = makeCtx((await createMerchant()).id, actor);
    expect(await resumePayouts(stranger, { accountId: id })).toBe(false);
    expect((await rowOf(id)).payoutsStopped).toBe(reason);
  });
});
