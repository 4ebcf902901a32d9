import { db } from "@/lib/db";
import { addMs, DAY_MS, HOUR_MS } from "@/lib/kit/time";
import { resumePayouts } from "@/lib/merchants/resume-payouts";
import { refreshVoucherFloats } from "@/lib/payments/withdrawals/refresh-voucher-floats";
import { compareBalances } from "@/lib/recovery/compare-balances";
import { pullWindow } from "@/lib/recovery/pull/pull-window";
import { closeStatement } from "@/lib/recovery/statements/close-statement";
import { discardStatement } from "@/lib/recovery/statements/discard-statement";
import { importStatement } from "@/lib/recovery/statements/import-statement";
import { previewStatement } from "@/lib/recovery/statements/preview-statement";
import { clock } from "../simulation/recover";
import type { Chance } from "../withdrawal-simulation/chance";
import { caseWork } from "./casework";
import { tried } from "./deeds";
import type { Event, ShopDeed } from "./plan";
import { inWords, sharedTrick } from "./tricks";
import { JUMPS_MS, UTILITY_CENTS, WALLET_CENTS, type Merchant, type World } from "./world";

type ShopEvent = Extract<Event, { deed: ShopDeed }>;

/** What happens to the whole shop. */
export async function actOnShop(world: World, { deed, name, crash }: ShopEvent): Promise<void> {
  const chance = world.draws(name);
  const run = (who: string, work: () => Promise<string>) =>
    tried(world, { payment: null, who, deed, crash }, work);
  switch (deed) {
    case "pull":
      return run("staff", () => pull(chance.pick(world.merchants), chance));
    case "statement":
      return run("staff", () => importSome(world, chance.pick(world.merchants), chance));
    case "case work":
      return caseWork(world, name, crash);
    case "trouble":
      return trouble(world, chance);
    case "outage":
      return outage(world, chance.pick([2, 9, 55]));
    case "compare":
      return run("worker", () => compare(world));
    default:
      return deed satisfies never;
  }
}

function outage(world: World, hours: number): void {
  world.outageUntilMs = world.now() + hours * HOUR_MS;
  world.note(null, "shop", `nobody is at work for ${hours} hours`);
  world.count(`nobody at work for ${hours} hours`);
}

async function pull({ checker, accountId }: Merchant, chance: Chance): Promise<string> {
  const to = clock();
  const from = addMs(to, -chance.pick([HOUR_MS, 12 * HOUR_MS, 47 * HOUR_MS]));
  const pulled = await pullWindow(checker, { accountId, from, to, askedBy: checker.actor.id });
  return `${pulled.outcome}, ${pulled.rows} rows, ${pulled.newRows} new`;
}

/** A file of M-Pesa's portal: of some days, imported once, twice, or put aside. */
async function importSome(world: World, merchant: Merchant, chance: Chance): Promise<string> {
  const days = chance.pick([1, 2, 4]);
  const file = await exported(world, merchant, { days, format: chance.pick(["csv", "xlsx"]) });
  const { maker } = merchant;
  const { statementId, isNew } = await previewStatement(maker, file);
  if (chance.happens(0.1)) {
    return `${statementId} put aside: ${await discardStatement(maker, { statementId })}`;
  }
  const asks = chance.happens(0.3) ? 2 : 1;
  const asked = await Promise.all(
    Array.from({ length: asks }, () => importStatement(maker, { statementId })),
  );
  if (chance.happens(0.25)) {
    // The same file once more, by somebody who did not know.
    const again = await previewStatement(maker, file);
    if (again.isNew) throw new Error("the same file was taken for another one");
    await importStatement(maker, { statementId: again.statementId });
    world.count("statement: the same file again");
  }
  const [matched] = await db().statementImport.findMany({
    where: { merchantId: merchant.id, state: "matched" },
    take: 1,
  });
  if (matched && chance.happens(0.5)) await closeStatement(maker, { statementId: matched.id });
  return `${statementId} of ${days} days, new: ${isNew}, asked: ${asked.join(", ")}`;
}

async function exported(
  world: World,
  { shortcode }: Merchant,
  { days, format }: { days: number; format: "csv" | "xlsx" },
): Promise<{ fileName: string; bytes: Uint8Array }> {
  const from = textOf(addMs(clock(), -days * DAY_MS));
  const to = textOf(clock());
  const { filename, bytes } = await world.control.statement({ shortcode, from, to, format });
  return { fileName: filename, bytes };
}

/** As the portal has it: `2026-11-21 14:05:09` in Nairobi. */
function textOf(at: Date): string {
  return addMs(at, 3 * HOUR_MS)
    .toISOString()
    .slice(0, 19)
    .replace("T", " ");
}

/** The whole of a merchant's statement, which tells whatever no other road has told. */
export async function importEverything(world: World, merchant: Merchant): Promise<void> {
  const file = await exported(world, merchant, { days: 60, format: "csv" });
  const { statementId } = await previewStatement(merchant.maker, file);
  await importStatement(merchant.maker, { statementId });
}

async function trouble(world: World, chance: Chance): Promise<void> {
  const { control } = world;
  const kind = chance.weighted([
    [5, "fault"],
    [2, "tokens"],
    [2, "jump"],
    [1, "wallet"],
    [1, "utility"],
    [2, "well"],
  ] as const);
  world.note(null, "world", `trouble: ${kind}`);
  world.count(`trouble: ${kind}`);
  switch (kind) {
    case "fault": {
      const fault = sharedTrick(chance);
      world.note(null, "provider", inWords(fault));
      await control.addFault(fault);
      return;
    }
    case "tokens":
      await control.expireTokens();
      return;
    case "jump":
      return world.pass(chance.pick(JUMPS_MS));
    case "wallet":
      await control.setMerchantBalance({ balanceCents: 60_000n });
      return;
    case "utility":
      await control.setOrganisationFunds({ utilityCents: 30_000n });
      return;
    case "well":
      return getWell(world);
  }
}

/** The providers are as they should be, and an admin has let stopped payouts go on. */
export async function getWell(world: World): Promise<void> {
  const { control } = world;
  await control.clearFaults();
  await control.clearStatusScripts();
  await control.unlockInitiators();
  await control.setMerchantBalance({ balanceCents: WALLET_CENTS });
  await control.setOrganisationFunds({ utilityCents: UTILITY_CENTS });
  await refreshVoucherFloats({ now: clock });
  for (const { checker } of world.merchants) {
    const stopped = await db().providerAccount.findMany({
      where: { payoutsStopped: { not: null }, merchantId: checker.merchantId },
      select: { id: true },
    });
    for (const { id: accountId } of stopped) await resumePayouts(checker, { accountId });
  }
}

async function compare(world: World): Promise<string> {
  try {
    await compareBalances({ now: clock });
    return `${world.merchants.length} compared`;
  } catch (error) {
    return String(error);
  }
}
