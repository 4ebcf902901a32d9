import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { env } from "@/lib/env";
import { createSandbox, type Sandbox } from "@/sandbox/create-sandbox";
import { startReceiver, type Receiver } from "@/sandbox/testing/start-receiver";
import { eventually } from "@/test/eventually";
import { hasSourceMark, parseVoucherCreatedCallback } from "./callback";
import { pesavoucher } from "./client";

const EMAIL = "asha@duka.co.ke";

const provider = pesavoucher();
let sandbox: Sandbox;
let receiver: Receiver;

// The simulator shares no code with the client, so neither can agree with its own mistakes.
beforeAll(async () => {
  sandbox = await createSandbox({ settings: { voucherCreatedDelayMs: 0 } });
  receiver = await startReceiver();
  const settings = env().pesavoucher;
  settings.baseUrl = `${sandbox.url}/pesavoucher/api/v1`;
  settings.timeoutMs = 2_000;
});
beforeEach(async () => {
  await sandbox.control.reset();
  receiver.received.length = 0;
});
afterAll(async () => {
  await sandbox.close();
  await receiver.close();
});

function issue(input: { email?: string; amountCents?: bigint; message?: string | null } = {}) {
  return provider.issue({
    email: EMAIL,
    amountCents: 75_050n,
    uniqueId: "wdr-1",
    message: "Asante sana",
    callbackUrl: `${receiver.url}/api/pesavoucher/voucher-created?token=t0kenOfThisOneCallAlone`,
    ...input,
  });
}

async function callback(index: number) {
  const message = await eventually(() => {
    const found = receiver.received[index];
    if (!found) throw new Error("no callback came");
    return found;
  });
  expect(hasSourceMark(new Headers({ "x-callback-source": message.source ?? "" }))).toBe(true);
  return parseVoucherCreatedCallback(JSON.parse(message.body));
}

async function balanceCents(): Promise<bigint | null> {
  const outcome = await provider.balance();
  return outcome.kind === "answered" ? outcome.balanceCents : null;
}

describe("a voucher issued by the simulated PesaVoucher", () => {
  test("comes out of the balance, and its callbacks name it", async () => {
    const before = await balanceCents();
    const outcome = await issue();
    const [made] = await sandbox.control.payoutVouchers();
    expect(outcome).toMatchObject({
      kind: "accepted",
      code: made?.code,
      amountCents: 75_050n,
      transactionId: made?.transactionId,
    });
    expect(made).toMatchObject({ email: EMAIL, message: "Asante sana", uniqueId: "wdr-1" });
    expect(before).toBe(((await balanceCents()) ?? 0n) + 75_050n);

    const named = { uniqueId: "wdr-1", transactionId: made?.transactionId, code: made?.code };
    const told = { ...named, amountCents: 75_050n };
    expect(await callback(0)).toEqual({ ...told, status: "created" });
    await sandbox.control.redeemPayout(made?.code ?? "");
    expect(await callback(1)).toEqual({ ...told, status: "redeemed" });
    expect(JSON.stringify(outcome.exchange)).not.toMatch(/asha|t0ken|Asante/);
    expect(JSON.stringify(outcome.exchange)).not.toContain(made?.code);
  });

  test.each([
    ["an unknown address", { email: "unknown.person@duka.co.ke" }, "receiver_unknown"],
    ["too little", { amountCents: 4_999n }, "amount_too_small"],
    ["too much", { amountCents: 15_000_001n }, "amount_too_large"],
    ["more than there is", { email: "asha+nofunds@duka.co.ke" }, "float_empty"],
  ] as const)("is refused for %s, whatever the status", async (_name, input, refusal) => {
    for (const createVoucherRefusalStatus of [200, 400] as const) {
      await sandbox.control.changeSettings({ createVoucherRefusalStatus });
      expect(await issue(input)).toMatchObject({ kind: "refused", refusal });
    }
    expect(await sandbox.control.payoutVouchers()).toHaveLength(0);
  });

  test("is unknown when its number was used before, and the answer is in other words", async () => {
    await issue();
    await sandbox.control.changeSettings({ duplicateUniqueId: "refuse" });
    expect(await issue()).toMatchObject({ kind: "unknown", because: "bad_response" });
  });

  test.each([
    ["+lost", { kind: "unknown", because: "connection" }, 1],
    ["+lost503", { kind: "unknown", because: "server_error" }, 1],
    ["+before", { kind: "unknown", because: "connection" }, 0],
  ] as const)("to an address with %s is unknown", async (mark, outcome, vouchers) => {
    expect(await issue({ email: `asha${mark}@duka.co.ke` })).toMatchObject(outcome);
    expect(await sandbox.control.payoutVouchers()).toHaveLength(vouchers);
  });

  test("with keys nobody knows is refused as ours, and so is the balance", async () => {
    const settings = env().pesavoucher;
    const { apiSecret } = settings;
    settings.apiSecret = "sk_test_strange";
    try {
      expect(await issue()).toMatchObject({ kind: "refused", refusal: "misconfigured" });
      expect(await provider.balance()).toMatchObject({ kind: "refused" });
    } finally {
      settings.apiSecret = apiSecret;
    }
  });
});
