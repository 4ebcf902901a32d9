import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { newId } from "@/lib/kit/ids";
import { pasteVoucherCode } from "@/lib/payments/paste-voucher-code";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { createStaff } from "@/prisma/factories/create-staff";
import { callbacksWorked, pushFor, standingOf } from "@/test/mpesa";
import { eventually } from "@/test/eventually";
import { openShop, type Shop } from "@/test/shop";
import { askProviderNow } from "./ask-provider-now";
import { getCaseFile } from "./get-case-file";
import { listAttention } from "./list-attention";
import { replayMessage } from "./replay-message";

let shop: Shop;
let customer: Ctx;
let staff: Ctx;

beforeAll(async () => {
  shop = await openShop();
});
beforeEach(async () => {
  ({ ctx: customer } = await shop.customer());
  staff = await staffOf(customer.merchantId);
});
afterEach(async () => {
  await shop.sandbox.control.clearFaults();
  await shop.sandbox.control.clearCallbackScripts();
  await shop.sandbox.control.clearQueryScripts();
});
afterAll(() => shop.close());

async function staffOf(merchantId: string): Promise<Ctx> {
  const { id } = await createStaff({ merchantId, name: "Otieno Ouma" });
  return makeCtx(merchantId, { kind: "staff", id, role: "staff" });
}

async function paidPrompt() {
  const prompt = await shop.prompt(customer);
  await shop.sandbox.control.enterPin(prompt.phone);
  await eventually(async () => expect(await standingOf(prompt.depositId)).toBe("paid"));
  await callbacksWorked(shop);
  return prompt;
}

/** Sends a forged "paid" to the deposit's address, with a secret that is not ours. */
function forge(depositId: string, receipt: string) {
  return shop.sandbox.control.sendForgedStk({
    url: `${shop.appUrl}/callbacks/daraja/${"f".repeat(43)}/stk/${depositId}`,
    receipt,
    msisdn: "254712345678",
  });
}

describe("who may read it", () => {
  test("another merchant's staff are told that there is no such payment", async () => {
    const { depositId } = await shop.prompt(customer);
    const other = await staffOf((await createMerchant()).id);
    await expect(getCaseFile(other, { paymentId: depositId })).rejects.toThrow(NotFoundError);
    await expect(askProviderNow(other, { paymentId: depositId })).rejects.toThrow(NotFoundError);
  });

  test("the customer whose payment it is may not", async () => {
    const { depositId } = await shop.prompt(customer);
    await expect(getCaseFile(customer, { paymentId: depositId })).rejects.toThrow(ForbiddenError);
    await expect(askProviderNow(customer, { paymentId: depositId })).rejects.toThrow(
      ForbiddenError,
    );
  });

  test.each(["", "dep_1", "dep_\u0000", newId("deposit")])("no payment %j", async (paymentId) => {
    await expect(getCaseFile(staff, { paymentId })).rejects.toThrow(NotFoundError);
  });
});

describe("the file of a paid prompt", () => {
  test("holds both ids, both answers, receipt, calls, message, audit and movement", async () => {
    const { depositId, phone } = await paidPrompt();
    const push = await pushFor(shop, depositId);
    const file = await getCaseFile(staff, { paymentId: depositId });

    expect(file).toMatchObject({
      payment: {
        id: depositId,
        status: "paid",
        amount_asked: "500.00",
        amount_paid: "500.00",
        provider_receipt: push.receipt,
        prompt: { phone: `0${phone.slice(4, 7)} *** ${phone.slice(-3)}` },
      },
      nextStep: "paid",
      canAsk: false,
      prompt: {
        checkoutRequestId: push.checkoutRequestId,
        merchantRequestId: push.merchantRequestId,
        shortcode: push.shortcode,
        callback: { code: "0" },
      },
      messages: [{ kind: "stk", outcome: "applied", note: "paid", repeats: 0 }],
      movements: [
        { ref: `stk:${depositId}`, lines: [{ amount: "-500.00" }, { amount: "500.00" }] },
      ],
      isCut: false,
    });
    expect(file.payment.prompt?.paid_at).not.toBeNull();
    expect(file.calls.map(({ operation, outcome }) => [operation, outcome])).toEqual(
      expect.arrayContaining([["stk_push", "accepted"]]),
    );
    expect(file.calls.find(({ operation }) => operation === "stk_push")?.response).toContain(
      push.checkoutRequestId,
    );
    expect(file.audit.map(({ action }) => action)).toEqual([
      "deposit.requested",
      "deposit.prompted",
      "deposit.paid",
    ]);
    expect(file.messages[0]?.body.text).toContain(`"Value": "${push.receipt}"`);
  });

  test("shows no whole phone number, no key and no secret of an address", async () => {
    const { depositId } = await paidPrompt();
    await forge(depositId, "UKL0000001");
    const shown = JSON.stringify(await getCaseFile(staff, { paymentId: depositId }));

    expect(shown).toContain("PhoneNumber");
    expect(shown).not.toMatch(/(?<!\d)(\+?254|0)[17]\d{8}(?!\d)/);
    const push = await pushFor(shop, depositId);
    const secret = /\/daraja\/([^/]+)\//.exec(push.callbackUrl)?.[1] ?? "none";
    const { consumerKey, consumerSecret, passkey } = env().mpesa;
    for (const kept of [secret, consumerKey, consumerSecret, passkey, "f".repeat(43)]) {
      expect(kept.length).toBeGreaterThan(8);
      expect(shown).not.toContain(kept);
    }
  });
});

describe("messages nobody believed", () => {
  test("a forged callback stands among the genuine ones with its note and its repeats", async () => {
    const { depositId } = await shop.prompt(customer);
    await forge(depositId, "UKL0000002");
    const file = await getCaseFile(staff, { paymentId: depositId });

    expect(file.payment.status).toBe("waiting");
    expect(file.messages).toMatchObject([
      { outcome: "quarantined", note: "no account of ours has the secret in its address" },
    ]);
    expect(file.messages[0]?.body.text).toContain("UKL0000002");
    expect(file.movements).toEqual([]);
  });

  test("however many forgeries came, the genuine message is still shown", async () => {
    const { depositId } = await paidPrompt();
    const now = new Date();
    await db().message.createMany({
      data: Array.from({ length: 60 }, (_, place) => ({
        id: newId("message"),
        provider: "mpesa",
        kind: "stk",
        dedupeKey: `flood-${depositId}-${place}`,
        body: new Uint8Array([1]),
        headers: {},
        source: "203.0.113.1",
        addressee: depositId,
        receivedAt: now,
        nextAttemptAt: now,
        workedAt: now,
        outcome: "quarantined" as const,
      })),
    });
    const file = await getCaseFile(staff, { paymentId: depositId });

    expect(file.messages).toHaveLength(51);
    expect(file.messages.filter(({ outcome }) => outcome === "applied")).toHaveLength(1);
    expect(file.isCut).toBe(true);
  });

  test("the dashboard links it for the merchant's own staff, and hides it from others", async () => {
    const { depositId } = await shop.prompt(customer);
    await forge(depositId, "UKL0000003");
    const other = await staffOf((await createMerchant()).id);
    const { messages } = await listAttention(staff);
    const row = messages.find(({ paymentId }) => paymentId === depositId);

    expect(row).toMatchObject({ outcome: "quarantined", kind: "stk" });
    const messageId = row?.id ?? "";
    const { messages: seenByOther } = await listAttention(other);
    expect(seenByOther.map(({ id }) => id)).not.toContain(messageId);
    await expect(replayMessage(other, { messageId })).rejects.toThrow(NotFoundError);
  });

  test("a replay credits nothing and stands in the file under who did it", async () => {
    const { depositId } = await shop.prompt(customer);
    await forge(depositId, "UKL0000004");
    const before = await getCaseFile(staff, { paymentId: depositId });
    const messageId = before.messages[0]?.id ?? "";
    await replayMessage(staff, { messageId });
    const after = await getCaseFile(staff, { paymentId: depositId });

    expect(after.payment.status).toBe("waiting");
    expect(after.messages).toMatchObject([{ id: messageId, outcome: "quarantined" }]);
    expect(after.audit.at(-1)).toMatchObject({
      action: "message.replayed",
      actor: "Otieno Ouma",
      aboutId: messageId,
    });
  });
});

describe("asking M-Pesa now", () => {
  test("has M-Pesa asked, keeps its answer, and says who asked", async () => {
    const { depositId, phone } = await shop.prompt(customer);
    await shop.sandbox.control.scriptCallbacks({
      kind: "stk",
      msisdn: phone,
      script: { drop: true },
    });
    await shop.sandbox.control.scriptQueries({ msisdn: phone, script: { answer: "final" } });
    await shop.sandbox.control.enterPin(phone);
    expect((await getCaseFile(staff, { paymentId: depositId })).canAsk).toBe(true);
    await askProviderNow(staff, { paymentId: depositId });
    await shop.runJobs();
    const file = await getCaseFile(staff, { paymentId: depositId });

    expect(file).toMatchObject({
      payment: { status: "paid", provider_receipt: null },
      nextStep: "paid_without_receipt",
      prompt: { callback: null, query: { code: "0" } },
    });
    expect(file.calls.map(({ operation }) => operation)).toContain("stk_query");
    expect(file.audit.map(({ action, actor }) => [action, actor])).toContainEqual([
      "deposit.check_requested",
      "Otieno Ouma",
    ]);
  });

  test("is not offered where M-Pesa said both yes and no, and then nothing is asked", async () => {
    const { depositId, phone } = await shop.prompt(customer);
    await shop.sandbox.control.scriptQueries({
      msisdn: phone,
      script: { answer: "final", resultCode: 0 },
    });
    await shop.sandbox.control.answerPrompt(phone, "decline");
    await eventually(async () => expect(await standingOf(depositId)).toBe("failed: cancelled"));
    await askProviderNow(staff, { paymentId: depositId });
    await shop.runJobs();
    const file = await getCaseFile(staff, { paymentId: depositId });
    expect(file).toMatchObject({
      payment: { status: "checking", reason: "contradiction" },
      nextStep: "contradiction",
      canAsk: false,
      prompt: { callback: { code: "1032" }, query: { code: "0" } },
    });

    await askProviderNow(staff, { paymentId: depositId });
    await shop.runJobs();
    const again = await getCaseFile(staff, { paymentId: depositId });
    expect(again.calls).toEqual(file.calls);
  });
});

describe("the file of a voucher payment", () => {
  test("shows the claim and its movement, and no code that could be spent", async () => {
    const { depositId } = await shop.purchase(customer, "600");
    const { voucher } = await shop.sandbox.control.createVoucher({ amountCents: 60_000n });
    await pasteVoucherCode(customer, { code: voucher.code, depositId });
    await callbacksWorked(shop);
    const file = await getCaseFile(staff, { paymentId: depositId });

    expect(file).toMatchObject({
      payment: { status: "paid" },
      prompt: null,
      voucher: { claims: [{ state: "redeemed", amount: "600.00" }] },
      movements: [{ lines: [{ amount: "-600.00" }, { amount: "600.00" }] }],
    });
    expect(file.messages.map(({ kind }) => kind)).toContain("redemption");
    expect(JSON.stringify(file)).not.toContain(voucher.code);
  });
});
