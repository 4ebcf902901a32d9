import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { db } from "@/lib/db";
import { CHROMIUM_ARGS, ensureChromium } from "../../scripts/lib/find-chromium.mjs";
import { binDir } from "../../scripts/lib/paths.mjs";
import { median, shown } from "../lib/numbers";
import type { Bench } from "../lib/open-bench";
import { table, type Section } from "../lib/report";
import { cookieOf, makeCustomers } from "../lib/sign-in";

const PAGE = "/deposit";
const AIMS = { htmlKib: 14, scriptKib: 130, score: 95 };
const KIB = 1024;
const LIGHTHOUSE_TRIES = 3;

/** The part of a Lighthouse report that is read here. */
const LighthouseReport = z.object({
  categories: z.object({
    performance: z.object({ score: z.number() }),
    accessibility: z.object({ score: z.number() }),
  }),
  audits: z.object({
    "first-contentful-paint": z.object({ numericValue: z.number() }),
    "largest-contentful-paint": z.object({ numericValue: z.number() }),
    "total-blocking-time": z.object({ numericValue: z.number() }),
    "cumulative-layout-shift": z.object({ numericValue: z.number() }),
    "network-requests": z.object({
      details: z.object({
        items: z.array(
          z.object({
            url: z.string(),
            resourceType: z.string().optional(),
            transferSize: z.number(),
          }),
        ),
      }),
    }),
  }),
});
type LighthouseReport = z.infer<typeof LighthouseReport>;

/**
 * What `/deposit` of a signed-in customer weighs and how Lighthouse judges it on a simulated cheap phone.
 * Bytes are counted as they were sent to the browser, and again packed with gzip by ourselves.
 */
export async function benchPageWeight(bench: Bench): Promise<Section> {
  const app = await bench.startApp();
  const { id: merchantId } = await db().merchant.findUniqueOrThrow({ where: { slug: "demo" } });
  const [user] = await makeCustomers(merchantId, 1);
  if (!user) throw new Error("no customer was made");
  const cookie = await cookieOf(user);
  const reports: LighthouseReport[] = [];
  // Next renders a page slowly the first time, and that is not what a customer meets.
  for (let i = 0; i < 5; i += 1) await readBytes(app.url + PAGE, cookie);
  for (let i = 0; i < (bench.short ? 1 : 5); i += 1) {
    reports.push(await judgeOrAgain(app.url + PAGE, cookie));
  }
  const [report] = reports;
  if (!report) throw new Error("Lighthouse was not run");
  const items = report.audits["network-requests"].details.items;
  const weigh = async (type: string) => {
    const own = items.filter((item) => item.resourceType === type);
    const packed = await Promise.all(
      own.map(async (item) => gzipSync(await readBytes(item.url, cookie)).length),
    );
    return {
      requests: own.length,
      sentKib: own.reduce((sum, item) => sum + item.transferSize, 0) / KIB,
      gzipKib: packed.reduce((sum, bytes) => sum + bytes, 0) / KIB,
    };
  };
  const weights = {
    html: await weigh("Document"),
    scripts: await weigh("Script"),
    styles: await weigh("Stylesheet"),
  };
  await app.stop();
  return describe(weights, items.length, reports);
}

async function readBytes(url: string, cookie: string): Promise<Buffer> {
  const answer = await fetch(url, { headers: { cookie }, redirect: "error" });
  if (!answer.ok) throw new Error(`${url} was answered ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

/** On a busy machine Lighthouse at times records no page load at all; it asks to be run again, and is. */
async function judgeOrAgain(url: string, cookie: string): Promise<LighthouseReport> {
  for (let tries = 1; tries < LIGHTHOUSE_TRIES; tries += 1) {
    try {
      return await judge(url, cookie);
    } catch (error) {
      process.stderr.write(`${String(error)}; trying again\n`);
    }
  }
  return judge(url, cookie);
}

/** One run of Lighthouse with its own defaults: mobile, slow 4G and a four times slower processor, simulated. */
async function judge(url: string, cookie: string): Promise<LighthouseReport> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "malipo-lighthouse-"));
  const output = path.join(folder, "report.json");
  try {
    const child = spawn(
      path.join(binDir, "lighthouse"),
      [
        url,
        "--quiet",
        "--output=json",
        `--output-path=${output}`,
        "--only-categories=performance,accessibility",
        `--extra-headers=${JSON.stringify({ cookie })}`,
        `--chrome-flags=--headless=new ${CHROMIUM_ARGS.join(" ")}`,
      ],
      {
        env: { ...process.env, CHROME_PATH: ensureChromium() },
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) throw new Error(`Lighthouse ended with ${String(code)}`);
    return LighthouseReport.parse(JSON.parse(readFileSync(output, "utf8")));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Weight {
  readonly requests: number;
  readonly sentKib: number;
  readonly gzipKib: number;
}

function describe(
  weights: { html: Weight; scripts: Weight; styles: Weight },
  requests: number,
  reports: readonly LighthouseReport[],
): Section {
  const { html, scripts, styles } = weights;
  const row = (name: string, weight: Weight) => [
    name,
    String(weight.requests),
    shown(weight.sentKib),
    shown(weight.gzipKib),
  ];
  const scores = (of: (report: LighthouseReport) => number) => reports.map((r) => of(r) * 100);
  const performance = scores((report) => report.categories.performance.score);
  const accessibility = scores((report) => report.categories.accessibility.score);
  const time = (
    name: "first-contentful-paint" | "largest-contentful-paint" | "total-blocking-time",
  ) => shown(median(reports.map((report) => report.audits[name].numericValue)));
  const shift = median(
    reports.map((report) => report.audits["cumulative-layout-shift"].numericValue),
  );
  const weightAim = (what: string, kib: number, aimKib: number) => ({
    what,
    aim: `≤ ${aimKib}`,
    got: shown(kib),
    met: kib <= aimKib,
  });
  const scoreAim = (what: string, values: readonly number[]) => ({
    what: `Lighthouse mobile, ${what}`,
    aim: `≥ ${AIMS.score}`,
    got: `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`,
    met: median(values) >= AIMS.score,
  });
  return {
    title: `Weight of ${PAGE}`,
    text: [
      `${requests} requests in all. Styles travel inside the HTML unless they are listed.`,
      table(
        ["", "requests", "KiB as sent", "KiB packed by gzip"],
        [row("HTML", html), row("JavaScript", scripts), row("stylesheets", styles)],
      ),
      `Lighthouse, median of ${reports.length}: first paint ${time("first-contentful-paint")} ms, largest paint ` +
        `${time("largest-contentful-paint")} ms, blocked ${time("total-blocking-time")} ms, layout shift ${shown(shift)}. ` +
        "The phone and its network are simulated; how busy this machine is shows in the performance score.",
    ].join("\n\n"),
    aims: [
      weightAim(`${PAGE}: HTML as sent, KiB`, html.sentKib, AIMS.htmlKib),
      weightAim(`${PAGE}: JavaScript as sent, KiB`, scripts.sentKib, AIMS.scriptKib),
      scoreAim("performance", performance),
      scoreAim("accessibility", accessibility),
    ],
  };
}
