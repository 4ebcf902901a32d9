import { freePort } from "../../scripts/lib/ports.mjs";
import { db } from "@/lib/db";
import { openEventSource, type EventSourceClient } from "../lib/event-source";
import { shown } from "../lib/numbers";
import type { Bench } from "../lib/open-bench";
import { table, type Section } from "../lib/report";
import { cookieOf, makeCustomers } from "../lib/sign-in";
import type { Program } from "../lib/start-program";

const STREAMS_PER_CUSTOMER = 5;
const OPENED_AT_ONCE = 20;
const KIB_AIM = 40;
const KIB = 1024;
const GC_ARGS = ["--expose-gc", "--import", "./bench/programs/memory-on-request.mjs"];

interface Cost {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

/**
 * What one open live-update stream costs the app process. A few streams are opened and closed first, so
 * that what is loaded once is not counted; memory is read after forced collections.
 */
export async function benchStreamMemory(bench: Bench): Promise<Section> {
  const streams = bench.short ? 500 : 2_000;
  const { id: merchantId } = await db().merchant.findUniqueOrThrow({ where: { slug: "demo" } });
  const customers = await makeCustomers(merchantId, streams / STREAMS_PER_CUSTOMER);
  const cookies = await Promise.all(customers.map(cookieOf));

  const app = await bench.startApp({ nodeArgs: GC_ARGS });
  const ours = await measure(app.program, {
    port: app.port,
    path: "/api/events",
    cookies,
    streams,
  });
  await app.stop();

  const env = { PORT: String(await freePort()), DATABASE_URL: bench.databaseUrl };
  const bare = bench.startOwn("bare-server.ts", env, ["--expose-gc"]);
  await bare.ask("are you there?");
  const where = { port: Number(env.PORT), path: "/", cookies, streams };
  const theirs = await measure(bare, where);
  await bare.stop();
  return describe(ours, theirs, streams);
}

async function measure(
  program: Program,
  where: { port: number; path: string; cookies: readonly string[]; streams: number },
): Promise<Cost> {
  const open = (count: number) => openMany({ ...where, streams: count });
  for (const client of await open(where.cookies.length)) client.close();
  const before = (await program.ask("memory")) as NodeJS.MemoryUsage;
  const clients = await open(where.streams);
  const after = (await program.ask("memory")) as NodeJS.MemoryUsage;
  for (const client of clients) client.close();
  const each = (of: (usage: NodeJS.MemoryUsage) => number) =>
    (of(after) - of(before)) / where.streams / KIB;
  return {
    rss: each((usage) => usage.rss),
    heapUsed: each((usage) => usage.heapUsed),
    external: each((usage) => usage.external),
  };
}

async function openMany(where: {
  port: number;
  path: string;
  cookies: readonly string[];
  streams: number;
}): Promise<EventSourceClient[]> {
  const clients: EventSourceClient[] = [];
  while (clients.length < where.streams) {
    const count = Math.min(OPENED_AT_ONCE, where.streams - clients.length);
    const cookie = (i: number) => where.cookies[(clients.length + i) % where.cookies.length] ?? "";
    clients.push(
      ...(await Promise.all(
        Array.from({ length: count }, (_, i) => openEventSource({ ...where, cookie: cookie(i) })),
      )),
    );
  }
  return clients;
}

function describe(ours: Cost, theirs: Cost, streams: number): Section {
  const row = (name: string, cost: Cost) => [
    name,
    ...[cost.rss, cost.heapUsed, cost.external].map(shown),
  ];
  return {
    title: "Memory of an open live-update stream",
    text: [
      `${shown(streams)} signed-in streams, ${STREAMS_PER_CUSTOMER} a customer, KiB each in the server's process ` +
        "after a forced collection. The bare server keeps a connection open and does nothing else.",
      table(["", "resident", "heap", "external"], [row("Malipo", ours), row("bare Node", theirs)]),
    ].join("\n\n"),
    aims: [
      {
        what: `resident memory per stream at ${shown(streams)} streams, KiB`,
        aim: `≤ ${KIB_AIM}`,
        got: shown(ours.rss),
        met: ours.rss <= KIB_AIM,
      },
    ],
  };
}
