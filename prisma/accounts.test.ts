import { spawn } from "node:child_process";
import { constants, privateDecrypt } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { makeCtx, withTransaction } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import { env } from "@/lib/env";
import type { Merchant } from "@/lib/generated/prisma/client";
import { openProviderAccount } from "@/lib/merchants/open-provider-account";
import { openSecrets } from "@/lib/merchants/provider-secrets";
import { stopPayouts } from "@/lib/merchants/stop-payouts";
import { accountsCommand } from "./accounts-command";
import { createMerchant } from "./factories/create-merchant";

const TSX = path.resolve("node_modules/tsx/dist/cli.mjs");
const APP = { consumerKey: "key-0001", consumerSecret: "secret-0002" };
const PASSWORD = "Nairobi#2026";
const CERTIFICATE = process.env.MPESA_CERTIFICATE_FILE ?? "";

let merchant: Merchant;

beforeEach(async () => {
  merchant = await createMerchant();
});
afterAll(() => closeDb());

/** Runs `npm run accounts -- ${words}` for the merchant, with `keys` as its keys.json. */
function accounts(words: string, keys: object = {}): Promise<string> {
  env().merchantSlug = merchant.slug;
  return accountsCommand(words.split(" "), () => Promise.resolve(JSON.stringify(keys)));
}

function rowOf(shortcode: string) {
  return db().providerAccount.findFirstOrThrow({ where: { merchantId: merchant.id, shortcode } });
}

function payouts(shortcode: string, more = "") {
  const words = `payouts --shortcode ${shortcode} --initiator payer --certificate ${CERTIFICATE}`;
  return more ? `${words} ${more}` : words;
}

describe("npm run accounts", () => {
  test("lists what each account can do, and whether it is stopped, without a key", async () => {
    const { id } = await rowOf("600998");
    const ctx = makeCtx(merchant.id, { kind: "system", id: "test" });
    await withTransaction(ctx, (tx) =>
      stopPayouts(tx, { accountId: id, reason: "wrong_operator", orderedAt: new Date() }),
    );
    const out = await accounts("list");
    const lines = out.trim().split("\n");
    expect(lines).toEqual([
      expect.stringMatching(
        /^174379\tpaybill\tsimulated\tcollects \(default\); pays out as testapi, BusinessPayment\t\{/,
      ),
      expect.stringMatching(
        /^600998\t.*\tpays out as testapi, BusinessPayment \(default\); PAYOUTS STOPPED: wrong_operator\t/,
      ),
    ]);
    for (const row of [await rowOf("174379"), await rowOf("600998")]) {
      for (const secret of Object.values(openSecrets(row))) expect(out).not.toContain(secret);
    }
  });

  test("says that M-Pesa still has the address with an earlier secret, and whether that is believed", async () => {
    const of = "rotate --shortcode 174379";
    expect(await accounts(of)).toBe("New prompts of 174379 carry a new callback address.\n");
    const { id, secretVersion } = await rowOf("174379");
    await db().providerAccount.update({
      where: { id },
      data: { c2bSince: new Date(), c2bSecretVersion: secretVersion },
    });
    expect(await accounts("list")).not.toContain("ADDRESS");
    expect(await accounts(of)).toContain("which goes on working: register again");
    expect(await accounts("list")).toContain("M-PESA HAS AN EARLIER ADDRESS");
    expect(await accounts(`${of} --at-once`)).toContain("believed NO MORE: ask Safaricom");
    expect(await accounts("list")).toContain("M-PESA HAS A DEAD ADDRESS");
  });

  test("adds an account that pays out and encrypts its operator's password for M-Pesa", async () => {
    const words = payouts("600984", "--command SalaryPayment --default");
    const out = await accounts(words, { ...APP, password: PASSWORD });
    const row = await rowOf("600984");
    expect(out).toContain(row.id);
    expect(row).toMatchObject({
      initiatorName: "payer",
      commandId: "SalaryPayment",
      isPayoutDefault: true,
    });
    const key = readFileSync(process.env.SANDBOX_KEY_FILE ?? "", "utf8");
    const credential = Buffer.from(openSecrets(row).securityCredential ?? "", "base64");
    const plain = privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, credential);
    expect(plain.toString("utf8")).toBe(PASSWORD);
  });

  test("leaves the withdrawals with the account that pays them unless told otherwise", async () => {
    await accounts(payouts("600984"), { ...APP, password: PASSWORD });
    expect((await rowOf("600984")).isPayoutDefault).toBe(false);
    await accounts(payouts("600998"), { ...APP, password: PASSWORD });
    expect(await rowOf("600998")).toMatchObject({ isPayoutDefault: true, initiatorName: "payer" });
  });

  test("takes a credential from the portal without a certificate", async () => {
    const securityCredential = Buffer.alloc(256, 3).toString("base64");
    const words = "payouts --shortcode 600984 --initiator payer";
    await accounts(words, { ...APP, securityCredential });
    expect(openSecrets(await rowOf("600984")).securityCredential).toBe(securityCredential);
  });

  test("lets a stopped account pay again when its operator is unlocked, or its keys are saved", async () => {
    const { id } = await rowOf("600998");
    const ctx = makeCtx(merchant.id, { kind: "system", id: "test" });
    const stop = () =>
      withTransaction(ctx, (tx) =>
        stopPayouts(tx, { accountId: id, reason: "wrong_operator", orderedAt: new Date() }),
      );
    await stop();
    expect(await accounts("resume --shortcode 600998")).toContain("pays out again");
    expect((await rowOf("600998")).payoutsStopped).toBeNull();
    expect(await accounts("resume --shortcode 600998")).toContain("Nothing");
    const keys = { ...APP, password: PASSWORD };
    await accounts(payouts("600998"), keys);
    await stop();
    await accounts(payouts("600998"), keys);
    expect((await rowOf("600998")).payoutsStopped).toBeNull();
  });

  test("keeps an account the default one when its keys are replaced", async () => {
    await accounts("add --shortcode 174379", { ...APP, passkey: "passkey-0003" });
    const row = await rowOf("174379");
    expect(row.isDefault).toBe(true);
    expect(openProviderAccount(row).passkey).toBe("passkey-0003");
  });

  const both = { password: PASSWORD, securityCredential: Buffer.alloc(256).toString("base64") };
  test.each<[what: string, words: string, keys: object, sentence: string]>([
    ["no operator", `payouts --shortcode 600984`, { password: PASSWORD }, "--initiator"],
    [
      "no certificate",
      "payouts --shortcode 600984 --initiator payer",
      { password: PASSWORD },
      "--certificate",
    ],
    ["no password", payouts("600984"), {}, "password"],
    ["two proofs", payouts("600984"), both, "either a password or a securityCredential"],
    ["a password M-Pesa does not take", payouts("600984"), { password: "a(b)" }, "# & % $"],
    [
      "a certificate that is none",
      payouts("600984", "--certificate package.json"),
      { password: PASSWORD },
      "certificate",
    ],
    ["an unknown command", payouts("600984", "--command Gift"), { password: PASSWORD }, "Payment"],
    ["no passkey", "add --shortcode 600984", {}, "passkey"],
    ["a number nobody has", "resume --shortcode 600984", {}, "no shortcode of this merchant"],
  ])("refuses %s with a sentence, and keeps nothing", async (_what, words, keys, sentence) => {
    const refusal = await accounts(words, { ...APP, ...keys }).catch(String);
    expect(refusal).toMatch(/^Error: /);
    expect(refusal).toContain(sentence);
    expect(refusal).not.toContain(PASSWORD);
    const where = { merchantId: merchant.id, shortcode: "600984" };
    expect(await db().providerAccount.count({ where })).toBe(0);
  });

  test("is one program: keys come in by its standard input, and a refusal ends it with 1", async () => {
    const run = async (words: string[], keys: object) => {
      const child = spawn(process.execPath, [TSX, "prisma/accounts.ts", ...words], {
        env: { ...process.env, MERCHANT_SLUG: merchant.slug },
      });
      child.stdin.end(JSON.stringify(keys));
      const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
      const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      return { out, err, code };
    };
    const words = payouts("600984").split(" ");
    const [first, second] = [
      await run(words, { ...APP, password: PASSWORD }),
      await run(words, APP),
    ];
    expect(first).toMatchObject({ err: "", code: 0 });
    expect(first.out).toContain((await rowOf("600984")).id);
    expect(second).toMatchObject({ out: "", code: 1 });
  });
});
