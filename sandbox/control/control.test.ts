import { spawn } from "node:child_process";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { createSandbox, type Sandbox } from "@/sandbox/create-sandbox";
import { callApi } from "@/sandbox/testing/call-api";
import { startDarajaClient } from "@/sandbox/testing/start-daraja-client";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

describe("the control API", () => {
  it("repeats codes and receipts for a seed, and draws new ones without", async () => {
    const draw = async (seed?: string) => {
      await sandbox.control.reset(seed === undefined ? {} : { seed });
      const { voucher } = await sandbox.control.createVoucher({ amountCents: 5_000n });
      return `${voucher.code} ${voucher.receipt}`;
    };
    const first = await draw("seed-a");
    expect(await draw("seed-a")).toBe(first);
    expect(await draw("seed-b")).not.toBe(first);
    expect(await draw()).not.toBe(await draw());
  });

  it("forgets everything on reset", async () => {
    await sandbox.control.createVoucher({ amountCents: 5_000n, code: "MLP-KEEPNOTHING00000" });
    await sandbox.control.addFault({ endpoint: "*", effect: { kind: "drop" } });
    await sandbox.control.scriptCallbacks({ script: { drop: true } });
    await sandbox.control.changeSettings({ pin: "4321" });
    await sandbox.control.changePhone("0712345678", { balanceCents: 1n });
    await sandbox.control.freezeClock();
    await sandbox.control.reset();
    await expect(sandbox.control.voucher("MLP-KEEPNOTHING00000")).rejects.toThrow(/no voucher/);
    expect(await sandbox.control.faults()).toEqual([]);
    expect(await sandbox.control.callbackScripts()).toEqual([]);
    expect(await sandbox.control.settings()).toMatchObject({ pin: "1234" });
    expect((await sandbox.control.phone("0712345678")).balanceCents).toBe(50_000_000n);
    expect(await sandbox.control.clock()).toMatchObject({ frozen: false });
  });

  it.each([
    ["active", true],
    ["redeemed", false],
    ["expired", false],
    ["payout", false],
  ] as const)("makes a voucher that is %s", async (state, valid) => {
    const { voucher } = await sandbox.control.createVoucher({ amountCents: 5_000n, state });
    const reply = await callApi(sandbox.url, "validate_voucher", { voucher_code: voucher.code });
    expect(reply.json.valid).toBe(valid);
  });

  it("balances: what customers paid is redeemed or outstanding", async () => {
    for (const amountCents of [5_000n, 12_345n, 100_000n]) {
      const { voucher } = await sandbox.control.createVoucher({ amountCents });
      if (amountCents !== 12_345n) {
        await callApi(sandbox.url, "redeem_voucher", { voucher_code: voucher.code });
      }
    }
    await sandbox.control.createVoucher({ amountCents: 7_000n, state: "redeemed" });
    const { merchants, entries } = await sandbox.control.ledger();
    for (const books of merchants) {
      expect(books.takenCents).toBe(books.redeemedCents + books.outstandingCents);
      const mine = entries.filter(({ merchantId }) => merchantId === books.merchantId);
      expect(mine.reduce((sum, entry) => sum + entry.walletCents, 0n)).toBe(books.walletCents);
      expect(mine.reduce((sum, entry) => sum + entry.floatCents, 0n)).toBe(books.floatCents);
    }
    expect(merchants[0]).toMatchObject({ redeemedCount: 3, redeemedCents: 112_000n });
  });

  it("refuses unknown settings, wrong values and bodies a foreign web page could send", async () => {
    const patch = (body: string, type: string) =>
      fetch(`${sandbox.url}/_control/settings`, {
        method: "PATCH",
        headers: { "Content-Type": type },
        body,
      });
    expect((await patch('{"noSuchSetting":1}', "application/json")).status).toBe(400);
    expect((await patch('{"pin":"12"}', "application/json")).status).toBe(400);
    expect((await patch("{", "application/json")).status).toBe(400);
    expect((await patch('{"pin":"4321"}', "text/plain")).status).toBe(400);
    expect((await patch('{"purchaseMinCents":100}', "application/json")).status).toBe(200);
    expect(await sandbox.control.settings()).toMatchObject({ pin: "1234", purchaseMinCents: 100n });
    await expect(sandbox.control.callback("cb_404")).rejects.toThrow(/no callback/);
  });

  it("finds exchanges in the journal and empties it", async () => {
    await callApi(sandbox.url, "validate_voucher", { voucher_code: "MLP-NEEDLE" });
    await callApi(sandbox.url, "query_balance");
    const found = await sandbox.control.journal({ contains: "MLP-NEEDLE" });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ direction: "in", operation: "validate_voucher", status: 200 });
    expect(await sandbox.control.journal({ afterSeq: found[0]?.seq ?? 0 })).toHaveLength(1);
    await sandbox.control.clearJournal();
    expect(await sandbox.control.journal()).toEqual([]);
  });
});

describe("the process", () => {
  type Ended = { code: number | null; output: string };
  const run = (environment: Record<string, string>, onReady?: (kill: () => void) => void) =>
    new Promise<Ended>((resolve) => {
      const child = spawn(process.execPath, ["--import", "tsx", "sandbox/main.ts"], {
        env: { PATH: process.env.PATH, SANDBOX_PORT: "0", NODE_ENV: "test", ...environment },
      });
      let output = "";
      const collect = (chunk: Buffer): void => {
        output += chunk.toString("utf8");
        if (output.includes("/help")) onReady?.(() => child.kill("SIGTERM"));
      };
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
      child.on("exit", (code) => resolve({ code, output }));
    });

  it("does not start in live mode", async () => {
    const ended = await run({ MALIPO_MODE: "live" });
    expect(ended.code).toBe(1);
    expect(ended.output).toContain("MALIPO_MODE=live");
  });

  it("prints its address and ends cleanly on SIGTERM", async () => {
    const ended = await run({}, (kill) => kill());
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.output).toMatch(/http:\/\/127\.0\.0\.1:\d+\/help/);
  });

  it("does not mount a simulator it is told to skip", async () => {
    const bare = await createSandbox({ skip: ["pesavoucher"] });
    expect((await fetch(`${bare.url}/pesavoucher/buy-voucher`)).status).toBe(404);
    expect((await fetch(`${bare.url}/help`)).status).toBe(200);
    await bare.close();
  });
});

describe("the pages for people", () => {
  it("name every setting and every magic ending, and load nothing from elsewhere", async () => {
    const help = await (await fetch(`${sandbox.url}/`)).text();
    for (const name of Object.keys(await sandbox.control.settings())) expect(help).toContain(name);
    for (const suffix of ["00", "08", "20", "29"]) expect(help).toContain(`…${suffix}`);
    for (const code of [1, 17, 26, 1001, 1019, 1025, 1032, 1036, 1037, 2001, 8006, 9999, 7777]) {
      expect(help).toMatch(new RegExp(`[Rr]esult ${code}\\b`));
    }
    expect(help).not.toMatch(/(?:src|href)="https?:/);
  });

  it("list M-Pesa pushes with their results, once there are any", async () => {
    const activity = () => fetch(`${sandbox.url}/activity`).then((answer) => answer.text());
    expect(await activity()).toContain("A deposit with M-Pesa appears here.");
    const client = await startDarajaClient(sandbox.url, `${sandbox.url}/activity/echo`);
    await client.push({ AccountReference: "INV-5" });
    await sandbox.control.answerPrompt("0712345678", "decline");
    const listed = await activity();
    expect(listed).toContain("174379, INV-5");
    expect(listed).toContain("1032: Request cancelled by user");
  });

  it("send a callback again at the press of a button", async () => {
    await sandbox.control.createVoucher({
      amountCents: 5_000n,
      callbackUrl: `${sandbox.url}/activity/echo`,
    });
    const [record] = await sandbox.control.callbacks();
    await sandbox.control.duplicateCallback(record?.id ?? "");
    const before = (await sandbox.control.callback(record?.id ?? "")).attempts.length;
    await fetch(`${sandbox.url}/activity/callbacks/${record?.id}/resend`, { method: "POST" });
    expect((await sandbox.control.callback(record?.id ?? "")).attempts).toHaveLength(before + 1);
  });
});
