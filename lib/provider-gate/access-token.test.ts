import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { providers } from "@/lib/providers/registry";
import { askFromProcesses } from "@/test/simulation/ask-from-processes";
import { openShop, type Shop } from "@/test/shop";
import { accessToken, type App, type RequestToken } from "./access-token";

let shop: Shop;
let app: App;
let apps = 0;

beforeAll(async () => {
  shop = await openShop();
});
beforeEach(async () => {
  apps += 1;
  const { consumerKey, consumerSecret } = env().mpesa;
  app = { keyHash: `app-${apps}`, keys: { consumerKey, consumerSecret } };
  await shop.sandbox.control.clearJournal();
});
afterEach(async () => {
  env().mpesa.timeoutMs = 10_000;
  await shop.sandbox.control.clearFaults();
  const settings = { expiresInForm: "string", newTokenKillsOld: false } as const;
  await shop.sandbox.control.changeSettings({ ...settings, tokenLifetimeSeconds: 3_599 });
});
afterAll(() => shop.close());

const request: RequestToken = (provider, keys) => provider.requestToken(keys);

type Options = { refused?: string; now?: () => Date; request?: RequestToken };

function ask(options: Options = {}) {
  const { now = () => new Date(), ...rest } = options;
  return accessToken(providers.prompt(), app, { request, ...rest, now });
}

/** The token itself; fails when there is none. */
async function tokenOf(options: Options = {}): Promise<string> {
  const given = await ask(options);
  if (given.kind !== "token") throw new Error(`no token: ${given.kind}`);
  return given.accessToken;
}

async function requests(): Promise<number> {
  return (await shop.sandbox.control.journal({ operation: "oauth" })).length;
}

const ahead = (ms: number) => () => addMs(new Date(), ms);

/** A copy of the module that shares nothing with ours but Postgres, like one in another process. */
async function otherProcess() {
  vi.resetModules();
  const [module, database] = await Promise.all([import("./access-token"), import("@/lib/db")]);
  return {
    ask: (options: Options = {}) => {
      const { now = () => new Date(), ...rest } = options;
      return module.accessToken(providers.prompt(), app, { request, ...rest, now });
    },
    close: () => database.closeDb(),
  };
}

describe("one token for everybody", () => {
  test("fifty calls at once with none in store make one request", async () => {
    const given = await Promise.all(Array.from({ length: 50 }, () => tokenOf()));
    expect(new Set(given).size).toBe(1);
    expect(await requests()).toBe(1);
  });

  test("fifty calls at once when it has run out make one request", async () => {
    const first = await tokenOf();
    const now = ahead(2 * HOUR_MS);
    const given = await Promise.all(Array.from({ length: 50 }, () => tokenOf({ now })));
    expect(new Set(given).size).toBe(1);
    expect(given[0]).not.toBe(first);
    expect(await requests()).toBe(2);
  });

  test("three processes with twenty-five calls each make one request", async () => {
    const { consumerKey, consumerSecret } = app.keys;
    const question = ["token", app.keyHash, consumerKey, consumerSecret, "25"];
    const latency = { kind: "latency", ms: 400 } as const;
    await shop.sandbox.control.addFault({ endpoint: "oauth", effect: latency });
    const given = z
      .array(z.array(z.string()))
      .parse(await askFromProcesses(3, question))
      .flat();
    expect(given).toHaveLength(75);
    expect(new Set(given).size).toBe(1);
    expect(await requests()).toBe(1);
  }, 60_000);

  test("is asked for again by nobody while it is good", async () => {
    const first = await tokenOf();
    for (const ms of [0, 30 * MINUTE_MS, 54 * MINUTE_MS]) {
      expect(await tokenOf({ now: ahead(ms) })).toBe(first);
    }
    expect(await requests()).toBe(1);
  });

  test("two apps have one each", async () => {
    const first = await tokenOf();
    app = { ...app, keyHash: `${app.keyHash}-other` };
    expect(await tokenOf()).not.toBe(first);
  });

  test.each(["string", "number"] as const)(
    "lives as long as the provider says, as a %s",
    async (expiresInForm) => {
      await shop.sandbox.control.changeSettings({ expiresInForm, tokenLifetimeSeconds: 1_000 });
      await tokenOf();
      const row = await db().providerToken.findUniqueOrThrow({
        where: { name: `mpesa:${app.keyHash}` },
      });
      const lifeMs = (row.expiresAt?.getTime() ?? 0) - Date.now();
      expect(lifeMs).toBeGreaterThan(960 * SECOND_MS);
      expect(lifeMs).toBeLessThanOrEqual(1_000 * SECOND_MS);
    },
  );

  test("is stored so that the table alone does not tell it", async () => {
    const token = await tokenOf();
    const rows = await db().$queryRaw<{ text: string }[]>`
      SELECT t::text || encode(coalesce(token_cipher, ''), 'escape') AS text FROM provider_tokens t`;
    for (const { text } of rows) expect(text).not.toContain(token);
  });
});

describe("shortly before its end", () => {
  test("one renews it while the others go on with the old one", async () => {
    const old = await tokenOf();
    const other = await otherProcess();
    try {
      const now = ahead(57 * MINUTE_MS);
      let letAnswer: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (letAnswer = resolve));
      let isAsking: () => void = () => undefined;
      const asking = new Promise<void>((resolve) => (isAsking = resolve));
      const renewing = tokenOf({
        now,
        request: async (provider, keys) => {
          isAsking();
          await held;
          return provider.requestToken(keys);
        },
      });
      await asking;
      const meanwhile = await Promise.all(Array.from({ length: 10 }, () => other.ask({ now })));
      expect(meanwhile).toEqual(Array(10).fill({ kind: "token", accessToken: old }));
      letAnswer();
      const renewed = await renewing;
      expect(renewed).not.toBe(old);
      expect(await other.ask({ now })).toEqual({ kind: "token", accessToken: renewed });
      expect(await requests()).toBe(2);
    } finally {
      await other.close();
    }
  });

  test("the old one is used on when no new one can be had", async () => {
    const old = await tokenOf();
    await shop.sandbox.control.addFault({ endpoint: "oauth", effect: { kind: "drop" } });
    expect(await tokenOf({ now: ahead(57 * MINUTE_MS) })).toBe(old);
  });

  test("one that might end on the way is not used any more", async () => {
    await tokenOf();
    await shop.sandbox.control.addFault({ endpoint: "oauth", effect: { kind: "drop" } });
    const now = ahead(3_599 * SECOND_MS - 20 * SECOND_MS);
    expect(await ask({ now })).toEqual({ kind: "unavailable" });
  });
});

describe("a token the provider turned away", () => {
  test("is read again first: somebody else may have renewed it", async () => {
    const current = await tokenOf();
    expect(await tokenOf({ refused: "an older one" })).toBe(current);
    expect(await requests()).toBe(1);
  });

  test("is renewed once by all who were turned away with it", async () => {
    const refused = await tokenOf();
    const given = await Promise.all(Array.from({ length: 30 }, () => tokenOf({ refused })));
    expect(new Set(given).size).toBe(1);
    expect(given[0]).not.toBe(refused);
    expect(await requests()).toBe(2);
  });

  test("is renewed once by two processes that were turned away with it", async () => {
    await shop.sandbox.control.changeSettings({ newTokenKillsOld: true });
    const refused = await tokenOf();
    const other = await otherProcess();
    try {
      const given = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          index % 2 === 0 ? ask({ refused }) : other.ask({ refused }),
        ),
      );
      const tokens = new Set(
        given.map((one) => (one.kind === "token" ? one.accessToken : one.kind)),
      );
      expect(tokens.size).toBe(1);
      expect(tokens.has(refused)).toBe(false);
      expect(await requests()).toBe(2);
    } finally {
      await other.close();
    }
  });
});

describe("when there is none to be had", () => {
  test.each([
    ["a wrong key", { kind: "envelope", status: 400, errorCode: "400.008.01", errorMessage: "x" }],
    ["HTTP 401", { kind: "envelope", status: 401, errorCode: "401.1", errorMessage: "x" }],
    ["an empty HTTP 400", { kind: "body", status: 400, body: "" }],
  ] as const)(
    "%s is a matter of settings, and the next try is free at once",
    async (_what, effect) => {
      await shop.sandbox.control.addFault({ endpoint: "oauth", effect });
      expect(await ask()).toEqual({ kind: "refused" });
      await shop.sandbox.control.clearFaults();
      expect((await ask()).kind).toBe("token");
    },
  );

  test.each([
    ["a cut connection", { kind: "drop" }],
    ["a page", { kind: "html", status: 503 }],
    ["the firewall's page with HTTP 403", { kind: "gateway", form: "waf_403" }],
    ["too many calls", { kind: "gateway", form: "spike_arrest" }],
    ["a success without a token", { kind: "body", status: 200, body: "{}" }],
    ["a token of spaces", { kind: "body", status: 200, body: '{"access_token":" a b "}' }],
  ] as const)(
    "%s says nothing about the keys, and the next try is free at once",
    async (_w, effect) => {
      await shop.sandbox.control.addFault({ endpoint: "oauth", effect });
      expect(await ask()).toEqual({ kind: "unavailable" });
      await shop.sandbox.control.clearFaults();
      expect((await ask()).kind).toBe("token");
    },
  );

  test("the gate lets nobody through: nothing is asked", async () => {
    expect(await ask({ request: () => Promise.resolve(null) })).toEqual({ kind: "unavailable" });
    expect(await requests()).toBe(0);
  });

  test("a process that died while asking keeps the others waiting only so long", async () => {
    env().mpesa.timeoutMs = 100;
    const name = `mpesa:${app.keyHash}`;
    const leaseUntil = addMs(new Date(), MINUTE_MS);
    await db().providerToken.create({ data: { name, leaseUntil } });
    expect(await ask()).toEqual({ kind: "unavailable" });
    expect((await ask({ now: ahead(MINUTE_MS + SECOND_MS) })).kind).toBe("token");
    expect(await requests()).toBe(1);
  });

  test("a request that breaks gives the lease back", async () => {
    const broken = ask({ request: () => Promise.reject(new Error("no memory")) });
    await expect(broken).rejects.toThrow("no memory");
    expect((await ask()).kind).toBe("token");
  });
});
