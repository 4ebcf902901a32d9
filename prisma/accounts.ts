/** `npm run accounts`: the M-Pesa shortcodes of this shop's merchant, from the command line. */
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { makeCtx, type Ctx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import { env } from "@/lib/env";
import { findMerchant } from "@/lib/merchants/find-merchant";
import { ProviderSecrets } from "@/lib/merchants/provider-secrets";
import { rotateCallbackSecret } from "@/lib/merchants/rotate-callback-secret";
import { saveProviderAccount } from "@/lib/merchants/save-provider-account";

const USAGE = `Usage:
  npm run accounts -- list
  npm run accounts -- add --shortcode 600000 [--till 300000] [--default] < keys.json
      keys.json: {"consumerKey": "…", "consumerSecret": "…", "passkey": "…"}
  npm run accounts -- rotate --shortcode 600000 [--at-once]
      new callback addresses; the old ones are accepted for two more days, or not at all with --at-once
`;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      shortcode: { type: "string" },
      till: { type: "string" },
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
      return add(ctx, {
        shortcode: numberOf(values.shortcode, "--shortcode"),
        tillNumber: values.till === undefined ? null : numberOf(values.till, "--till"),
        isDefault: values.default,
      });
    case "rotate":
      return rotate(ctx, numberOf(values.shortcode, "--shortcode"), values["at-once"]);
    default:
      process.stdout.write(USAGE);
  }
}

async function list(ctx: Ctx): Promise<void> {
  const accounts = await db().providerAccount.findMany({
    where: { merchantId: ctx.merchantId },
    orderBy: { id: "asc" },
  });
  for (const { shortcode, kind, tillNumber, environment, isDefault, secretsMasked } of accounts) {
    const till = tillNumber === null ? "" : ` ${tillNumber}`;
    const words = [shortcode, `${kind}${till}`, environment, isDefault ? "default" : ""];
    process.stdout.write(`${words.join("\t")}\t${JSON.stringify(secretsMasked)}\n`);
  }
}

async function add(
  ctx: Ctx,
  account: { shortcode: string; tillNumber: string | null; isDefault: boolean },
): Promise<void> {
  const secrets = ProviderSecrets.parse(JSON.parse(await text(process.stdin)));
  const { environment } = env().mpesa;
  const id = await saveProviderAccount(ctx, { ...account, environment, secrets });
  process.stdout.write(`${account.shortcode} is kept as ${id}.\n`);
}

async function rotate(ctx: Ctx, shortcode: string, atOnce: boolean): Promise<void> {
  const account = await db().providerAccount.findFirst({
    where: { merchantId: ctx.merchantId, shortcode, environment: env().mpesa.environment },
    select: { id: true },
  });
  if (!account) throw new Error(`${shortcode} is no shortcode of this merchant.`);
  await rotateCallbackSecret(ctx, { accountId: account.id, atOnce });
  process.stdout.write(`New prompts of ${shortcode} carry a new callback address.\n`);
}

function numberOf(value: string | undefined, name: string): string {
  if (!/^\d{5,7}$/.test(value ?? ""))
    throw new Error(`${name} takes five to seven digits.\n${USAGE}`);
  return value ?? "";
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await closeDb();
}
