import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/db";
import { addMs, HOUR_MS } from "@/lib/kit/time";
import {
  openCollector,
  payByHand,
  payReferenceOf,
  SHORTCODE,
  type Collector,
} from "@/test/collector";
import { standingOf } from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";

const PROGRAM = path.resolve(import.meta.dirname, "reconcile.ts");
const PROGRAM_MS_MAX = 100_000;

let shop: Shop;
let collector: Collector;

beforeAll(async () => {
  shop = await openShop({ settings: { callbackDelivery: "explicit" } });
  collector = await openCollector();
});
afterAll(() => shop.close());

/** Runs the program as the command line does, and gives its code with what it printed. */
async function reconcile(...words: string[]) {
  const { slug } = await db().merchant.findUniqueOrThrow({ where: { id: collector.merchantId } });
  const run = promisify(execFile)(process.execPath, ["--import", "tsx", PROGRAM, ...words], {
    env: { ...process.env, MERCHANT_SLUG: slug },
  });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      ...{ code, stdout, stderr },
    }),
  );
}

/** As people write it, in East Africa Time. */
function minute(hoursAgo: number): string {
  return addMs(new Date(), (3 - hoursAgo) * HOUR_MS)
    .toISOString()
    .slice(0, 16);
}

test(
  "npm run reconcile does what the button does, and prints what it found",
  async () => {
    const { ctx } = await shop.customer(collector.merchantId);
    const { depositId } = await shop.prompt(ctx);
    await payByHand(shop, { reference: await payReferenceOf(depositId) });
    await payByHand(shop, { reference: "nobody" });

    const done = await reconcile("--from", minute(1), "--to", minute(0), "--shortcode", SHORTCODE);
    expect(done).toEqual({
      code: 0,
      stdout: `${SHORTCODE}: 2 payments, 2 of them new, 0 unreadable. Read to its end.\n`,
      stderr: "",
    });
    expect(await standingOf(depositId)).toBe("paid");

    const [vague, late, other] = await Promise.all([
      reconcile("--from", minute(1)),
      reconcile("--from", minute(72), "--to", minute(0)),
      reconcile("--from", minute(1), "--to", minute(0), "--shortcode", "600977"),
    ]);
    expect([vague.code, late.code, other.code]).toEqual([1, 1, 1]);
    expect(vague.stderr).toMatch(/^Usage: npm run reconcile/);
    expect(late.stderr).toMatch(/^--from: M-Pesa’s list goes 48 hours back/);
    expect(other.stderr).toContain("600977");
  },
  PROGRAM_MS_MAX,
);
