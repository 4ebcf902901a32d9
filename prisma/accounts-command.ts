import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import { findMerchant } from "@/lib/merchants/find-merchant";
import { findPayoutAccount } from "@/lib/merchants/open-payout-account";
import type { OperatorCredential } from "@/lib/merchants/operator-credential";
import { openSecrets } from "@/lib/merchants/provider-secrets";
import { resumePayouts } from "@/lib/merchants/resume-payouts";
import { registeredAddressOf } from "@/lib/merchants/registered-address";
import { rotateCallbackSecret } from "@/lib/merchants/rotate-callback-secret";
import { saveProviderAccount } from "@/lib/merchants/save-provider-account";
import { OperatorPassword, PayoutCommand, SecurityCredential } from "@/lib/payout-settings";

const USAGE = `Usage:
  npm run accounts -- list
  npm run accounts -- add --shortcode 600000 [--till 300000] [--default] < keys.json
      an account that collects
      keys.json: {"consumerKey": "…", "consumerSecret": "…", "passkey": "…"}
  npm run accounts -- payouts --shortcode 600000 --initiator name [--command BusinessPayment]
          [--certificate file] [--default] < keys.json
      an account that pays out; the password is encrypted with Safaricom's certificate and not kept
      keys.json: {"consumerKey": "…", "consumerSecret": "…", "password": "…"}
      or, encrypted in the portal and without --certificate, "securityCredential" for "password"
  npm run accounts -- resume --shortcode 600000
      pays out again with the operator it has, after M-Pesa has unlocked that one
  npm run accounts -- rotate --shortcode 600000 [--at-once]
      new callback addresses; the old ones are accepted for two more days, or not at all with --at-once
`;

const app = { consumerKey: z.string().min(1), consumerSecret: z.string().min(1) };
const CollectionKeys = z.strictObject({ ...app, passkey: z.string().min(1) });
const PayoutKeys = z.strictObject({
  ...app,
  password: OperatorPassword.optional(),
  securityCredential: SecurityCredential.optional(),
});

/**
 * Lists and changes the M-Pesa shortcodes of this shop's merchant, as `args` say, and gives back what to
 * show. Keys come from `readInput`, because every process of a machine can read the others' arguments.
 */
export async function accountsCommand(
  args: readonly string[],
  readInput: () => Promise<string>,
): Promise<string> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      shortcode: { type: "string" },
      till: { type: "string" },
      initiator: { type: "string" },
      command: { type: "string", default: "BusinessPayment" },
      certificate: { type: "string" },
      default: { type: "boolean", default: false },
      "at-once": { type: "boolean", default: false },
    },
  });
  const merchant = await findMerchant(env().merchantSlug);
  if (!merchant) throw new Error(`There is no merchant "${env().merchantSlug}".`);
  const ctx = makeCtx(merchant.id, { kind: "staff", id: "command-line", role: "admin" });
  const [command = ""] = positionals;
  switch (command) {
    case "list":
      return list(ctx);
    case "add":
      return add(
        ctx,
        {
          shortcode: numberOf(values.shortcode, "--shortcode"),
          tillNumber: values.till === undefined ? null : numberOf(values.till, "--till"),
          ...(values.default ? { isDefault: true } : {}),
        },
        await readKeys(CollectionKeys, readInput),
      );
    case "payouts":
      if (!values.initiator) throw new Error(`--initiator names who pays out.\n${USAGE}`);
      return addPayouts(
        ctx,
        {
          shortcode: numberOf(values.shortcode, "--shortcode"),
          initiatorName: values.initiator,
          commandId: commandOf(values.command),
          certificateFile: values.certificate,
          isPayoutDefault: values.default,
        },
        await readKeys(PayoutKeys, readInput),
      );
    case "resume":
      return resume(ctx, numberOf(values.shortcode, "--shortcode"));
    case "rotate":
      return rotate(ctx, numberOf(values.shortcode, "--shortcode"), values["at-once"]);
    default:
      return USAGE;
  }
}

async function list(ctx: Ctx): Promise<string> {
  const accounts = await db().providerAccount.findMany({
    where: { merchantId: ctx.merchantId },
    orderBy: { id: "asc" },
  });
  return accounts.map((account) => `${describe(account).join("\t")}\n`).join("");
}

function describe(account: ProviderAccount): string[] {
  const { shortcode, kind, tillNumber, environment, initiatorName, payoutsStopped } = account;
  const abilities: string[] = [];
  if (openSecrets(account).passkey) {
    abilities.push(account.isDefault ? "collects (default)" : "collects");
  }
  if (initiatorName !== null) {
    const place = account.isPayoutDefault ? " (default)" : "";
    abilities.push(`pays out as ${initiatorName}, ${account.commandId}${place}`);
  }
  const address = registeredAddressOf(account);
  if (address === "earlier") abilities.push("M-PESA HAS AN EARLIER ADDRESS: register again");
  if (address === "dead") abilities.push("M-PESA HAS A DEAD ADDRESS: register again");
  if (payoutsStopped !== null) abilities.push(`PAYOUTS STOPPED: ${payoutsStopped}`);
  return [
    shortcode,
    tillNumber === null ? kind : `${kind} ${tillNumber}`,
    environment,
    abilities.join("; "),
    JSON.stringify(account.secretsMasked),
  ];
}

async function add(
  ctx: Ctx,
  account: { shortcode: string; tillNumber: string | null; isDefault?: boolean },
  secrets: z.infer<typeof CollectionKeys>,
): Promise<string> {
  const { environment } = env().mpesa;
  const id = await saveProviderAccount(ctx, { ...account, environment, secrets });
  return `${account.shortcode} is kept as ${id}.\n`;
}

async function addPayouts(
  ctx: Ctx,
  account: {
    shortcode: string;
    initiatorName: string;
    commandId: string;
    certificateFile: string | undefined;
    isPayoutDefault: boolean;
  },
  keys: z.infer<typeof PayoutKeys>,
): Promise<string> {
  const { shortcode, initiatorName, commandId, certificateFile } = account;
  const { password, securityCredential, ...secrets } = keys;
  const credential = await credentialOf({ password, securityCredential, certificateFile });
  // The first one pays the withdrawals, and goes on doing so when its keys are replaced.
  const current = await findPayoutAccount(ctx);
  const isPayoutDefault =
    account.isPayoutDefault || (current?.shortcode ?? shortcode) === shortcode;
  const id = await saveProviderAccount(ctx, {
    environment: env().mpesa.environment,
    shortcode,
    secrets,
    payout: { initiatorName, commandId, isPayoutDefault, credential },
  });
  // Whoever saves by hand means it to pay, with the same keys too.
  await resumePayouts(ctx, { accountId: id });
  const what = isPayoutDefault ? "pays the withdrawals" : "pays out";
  return `${shortcode} ${what} and is kept as ${id}.\n`;
}

async function credentialOf(given: {
  password: string | undefined;
  securityCredential: string | undefined;
  certificateFile: string | undefined;
}): Promise<OperatorCredential> {
  const { password, securityCredential, certificateFile } = given;
  if (securityCredential !== undefined && password === undefined) {
    return { ready: securityCredential };
  }
  if (password === undefined || securityCredential !== undefined) {
    throw new Error("keys.json takes either a password or a securityCredential.");
  }
  if (certificateFile === undefined) {
    throw new Error("A password takes --certificate, the file from Safaricom that encrypts it.");
  }
  return { password, certificatePem: await readFile(certificateFile) };
}

async function resume(ctx: Ctx, shortcode: string): Promise<string> {
  const resumed = await resumePayouts(ctx, { accountId: await idOf(ctx, shortcode) });
  return resumed ? `${shortcode} pays out again.\n` : `Nothing of ${shortcode} was stopped.\n`;
}

async function rotate(ctx: Ctx, shortcode: string, atOnce: boolean): Promise<string> {
  const accountId = await idOf(ctx, shortcode);
  await rotateCallbackSecret(ctx, { accountId, atOnce });
  const account = await db().providerAccount.findUniqueOrThrow({ where: { id: accountId } });
  return `New prompts of ${shortcode} carry a new callback address.\n${ADDRESS_WARNINGS[registeredAddressOf(account)]}`;
}

/** M-Pesa takes the addresses for confirmations once, so somebody has to say the new one there. */
const ADDRESS_WARNINGS = {
  none: "",
  current: "",
  earlier:
    "M-Pesa still has the earlier address for confirmations, which goes on working: register again on /dashboard/history.\n",
  dead: "M-Pesa still has the earlier address for confirmations, which is believed NO MORE: ask Safaricom to remove it, and register again on /dashboard/history.\n",
} as const;

async function idOf(ctx: Ctx, shortcode: string): Promise<string> {
  const account = await db().providerAccount.findFirst({
    where: { merchantId: ctx.merchantId, shortcode, environment: env().mpesa.environment },
    select: { id: true },
  });
  if (!account) throw new Error(`${shortcode} is no shortcode of this merchant.`);
  return account.id;
}

async function readKeys<Keys>(
  schema: z.ZodType<Keys>,
  readInput: () => Promise<string>,
): Promise<Keys> {
  const result = schema.safeParse(JSON.parse(await readInput()));
  if (!result.success) throw new Error(`keys.json: ${z.prettifyError(result.error)}`);
  return result.data;
}

function commandOf(value: string): string {
  const result = PayoutCommand.safeParse(value);
  if (!result.success) throw new Error(`--command is one of ${PayoutCommand.options.join(", ")}.`);
  return result.data;
}

function numberOf(value: string | undefined, name: string): string {
  if (!/^\d{5,7}$/.test(value ?? ""))
    throw new Error(`${name} takes five to seven digits.\n${USAGE}`);
  return value ?? "";
}
