import { describe, expect, it } from "vitest";

import { openPayouts } from "@/sandbox/testing/open-payouts";

const { daraja, b2c, paid, pass, credential } = openPayouts();

const invalid = (field: string) => ({
  errorCode: "400.002.02",
  errorMessage: `Bad Request - Invalid ${field}`,
});

describe("a payout", () => {
  it("is acknowledged under the caller's own id, and stays pending for a while", async () => {
    const reply = await b2c({ OriginatorConversationID: "w-1", Occassion: "Prize" });
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      OriginatorConversationID: "w-1",
      ConversationID: expect.stringMatching(/^AG_\d{8}_[0-9a-f]{20}$/),
      ResponseCode: "0",
      ResponseDescription: "Accept the service request successfully.",
    });
    const [payout] = await daraja.sandbox.control.payouts();
    expect(payout).toMatchObject({
      originatorConversationId: "w-1",
      conversationId: reply.json.ConversationID,
      version: "v3",
      shortcode: "600998",
      msisdn: "254712345678",
      amountCents: 50_000n,
      commandId: "BusinessPayment",
      remarks: "Withdrawal",
      occasion: "Prize",
      state: "pending",
      resultCode: null,
      receipt: null,
      endedAtMs: null,
    });
    expect((await daraja.sandbox.control.mpesaLedger()).organisations[0]?.paidOutCount).toBe(0);
  });

  it("moves money from the utility account to the phone, and costs a charge", async () => {
    const before = await daraja.sandbox.control.phone("0712345678");
    const id = await paid({ Amount: "1234" });
    await pass(999);
    expect((await daraja.sandbox.control.payouts())[0]?.state).toBe("pending");
    await pass(1);
    const [payout] = await daraja.sandbox.control.payouts({ originatorConversationId: id });
    expect(payout).toMatchObject({ state: "completed", resultCode: "0" });
    expect(payout?.receipt).toMatch(/^[A-Z]{2}[1-9A-V][A-Z0-9]{7}$/);
    const ledger = await daraja.sandbox.control.mpesaLedger();
    expect(ledger.organisations[0]).toEqual({
      shortcode: "600998",
      name: "Duka la Mwanga Payouts",
      utilityCents: 500_000_000n - 123_400n,
      workingCents: 100_000_000n,
      chargesCents: -2_240n,
      paidOutCents: 123_400n,
      paidOutCount: 1,
    });
    expect(ledger.organisations[1]).toMatchObject({
      shortcode: "600996",
      utilityCents: 500_000_000n,
      paidOutCount: 0,
    });
    expect(ledger.transfers.slice(-2)).toMatchObject([
      {
        kind: "paid",
        from: "utility:600998",
        to: "phone:254712345678",
        amountCents: 123_400n,
        receipt: payout?.receipt,
        reference: id,
      },
      { kind: "charge", from: "charges:600998", amountCents: 2_240n, receipt: null },
    ]);
    expect(ledger.sumCents).toBe(0n);
    const phone = await daraja.sandbox.control.phone("0712345678");
    expect(phone.balanceCents).toBe(before.balanceCents + 123_400n);
    expect(phone.version).toBeGreaterThan(before.version);
    expect(phone.messages.at(-1)?.text).toMatch(
      new RegExp(
        `^${payout?.receipt} Confirmed\\. You have received Ksh1,234\\.00 from Duka la Mwanga Payouts on .+ New M-PESA balance is Ksh501,234\\.00\\.$`,
      ),
    );
  });

  it("without a charge books none", async () => {
    await daraja.sandbox.control.changeSettings({ b2cChargeCents: 0n });
    await paid();
    await pass();
    const { transfers } = await daraja.sandbox.control.mpesaLedger();
    expect(transfers.at(-1)).toMatchObject({ kind: "paid" });
  });

  it("arrives on a phone that is switched off", async () => {
    await daraja.sandbox.control.changePhone("0712345678", { poweredOn: false });
    await paid();
    await pass();
    const phone = await daraja.sandbox.control.phone("0712345678");
    expect(phone.messages).toHaveLength(1);
  });

  it("that the utility account does not cover fails with 1 and moves nothing", async () => {
    await daraja.sandbox.control.setOrganisationFunds({ utilityCents: 49_999n });
    await paid();
    await pass();
    const [payout] = await daraja.sandbox.control.payouts();
    expect(payout).toMatchObject({ state: "failed", resultCode: "1", receipt: null });
    const { organisations } = await daraja.sandbox.control.mpesaLedger();
    expect(organisations[0]).toMatchObject({
      utilityCents: 49_999n,
      workingCents: 100_000_000n,
      chargesCents: 0n,
      paidOutCount: 0,
    });
  });

  it("is paid to the last shilling, and no further however many ask at once", async () => {
    await daraja.sandbox.control.setOrganisationFunds({ utilityCents: 10n * 50_000n });
    await Promise.all(
      Array.from({ length: 25 }, (_, index) => paid({ PartyB: 254712300030 + index })),
    );
    await pass();
    const payouts = await daraja.sandbox.control.payouts();
    expect(payouts.filter(({ state }) => state === "completed")).toHaveLength(10);
    expect(payouts.filter(({ resultCode }) => resultCode === "1")).toHaveLength(15);
    const { organisations, sumCents } = await daraja.sandbox.control.mpesaLedger();
    expect(organisations[0]).toMatchObject({ utilityCents: 0n, paidOutCount: 10 });
    expect(sumCents).toBe(0n);
  });
});

describe("the two versions", () => {
  it("v3 takes an id once, whatever became of it, and pays once", async () => {
    await paid({ OriginatorConversationID: "once", PartyB: 254712345601 });
    const pending = await b2c({ OriginatorConversationID: "once" });
    await pass();
    const failed = await b2c({ OriginatorConversationID: "once" });
    for (const reply of [pending, failed]) {
      expect(reply.status).toBe(500);
      expect(reply.json).toMatchObject({
        errorCode: "500.002.1001",
        errorMessage: "Duplicate OriginatorConversationID.",
      });
    }
    expect(await daraja.sandbox.control.payouts()).toHaveLength(1);
  });

  it("v3 leaves an id free that came with a bad request", async () => {
    await b2c({ OriginatorConversationID: "free", Amount: 1 });
    await paid({ OriginatorConversationID: "free" });
  });

  it("v1 makes the id itself, so the same body twice pays twice", async () => {
    const first = await paid({}, "v1");
    const second = await paid({}, "v1");
    expect(first).toMatch(/^[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\d+$/);
    expect(second).not.toBe(first);
    await pass();
    const { organisations } = await daraja.sandbox.control.mpesaLedger();
    expect(organisations[0]?.paidOutCount).toBe(2);
  });

  it("v1 pays no heed to an id of the caller's", async () => {
    expect(await paid({ OriginatorConversationID: "mine" }, "v1")).not.toBe("mine");
  });

  it("v2 is not there", async () => {
    const reply = await b2c({}, "v2");
    expect(reply.status).toBe(404);
    expect(reply.json.errorCode).toBe("404.001.01");
  });

  it("v3 is refused to an app without that product, while v1 still pays", async () => {
    await daraja.sandbox.control.changeSettings({ v3Product: false });
    const reply = await b2c({ OriginatorConversationID: "x" });
    expect(reply.status).toBe(403);
    expect(reply.json).toMatchObject({
      errorCode: "403.002.1001",
      errorMessage: "You are not authorized to initiate this transaction",
    });
    await paid({}, "v1");
    expect(await daraja.sandbox.control.payouts()).toHaveLength(1);
  });
});

describe("the gateway names the first field it does not like", () => {
  it.each([
    ["OriginatorConversationID", undefined],
    ["OriginatorConversationID", ""],
    ["OriginatorConversationID", "x".repeat(101)],
    ["InitiatorName", undefined],
    ["SecurityCredential", ""],
    ["CommandID", "CustomerPayBillOnline"],
    ["Amount", 9],
    ["Amount", 250_001],
    ["Amount", "10.50"],
    ["Amount", -10],
    ["PartyA", "shop"],
    ["PartyB", "0712345678"],
    ["PartyB", 254612345678],
    ["Remarks", "x"],
    ["Remarks", "x".repeat(101)],
    ["QueueTimeOutURL", "nowhere"],
    ["ResultURL", undefined],
    ["ResultURL", "https://Shop.example/x"],
    ["Occassion", "x".repeat(101)],
    ["Occasion", "x".repeat(101)],
  ])("%s as %s", async (field, value) => {
    const reply = await b2c({ [field]: value });
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject(invalid(field));
    expect(await daraja.sandbox.control.payouts()).toEqual([]);
  });

  it("in its own order, when several are bad", async () => {
    const bad = { Amount: 1, PartyB: "x", Remarks: "", CommandID: "" };
    expect((await b2c(bad)).json).toMatchObject(invalid("CommandID"));
    expect((await b2c({ ...bad, CommandID: "SalaryPayment" })).json).toMatchObject(
      invalid("Amount"),
    );
  });

  it("and takes the limits themselves, either spelling of the occasion, and every command", async () => {
    await paid({ Amount: 10, CommandID: "SalaryPayment", Occassion: undefined, Occasion: "one" });
    await paid({ Amount: "250000", CommandID: "PromotionPayment", Occassion: "two" });
    await paid({ PartyB: "254112345678", PartyA: 600998, Remarks: "ok" });
    const payouts = await daraja.sandbox.control.payouts();
    expect(payouts.map(({ occasion, amountCents }) => [occasion, amountCents])).toEqual([
      ["one", 1_000n],
      ["two", 25_000_000n],
      ["", 50_000n],
    ]);
  });

  it("with the words a portal claims to refuse, in strict mode", async () => {
    await daraja.sandbox.control.changeSettings({ strictMode: true });
    const good = "https://shop.example/results";
    const urls = { ResultURL: good, QueueTimeOutURL: good };
    expect((await b2c(urls)).status).toBe(200);
    expect((await b2c({ ...urls, ResultURL: "https://shop.example/mpesa" })).json).toMatchObject(
      invalid("ResultURL"),
    );
  });
});

describe("a call that is not allowed in", () => {
  it("has its own words for each product's expired token", async () => {
    await daraja.sandbox.control.expireTokens();
    const reply = await b2c();
    expect(reply.status).toBe(401);
    expect(reply.json).toMatchObject({
      errorCode: "401.002.01",
      errorMessage: `Error Occurred - Invalid Access Token - ${daraja.client.token()}`,
    });
    await daraja.client.renewToken();
    expect((await b2c()).status).toBe(200);
  });

  it("without a bearer token, or not as JSON, pays nobody", async () => {
    const path = "/mpesa/b2c/v3/paymentrequest";
    const bare = await daraja.client.post(path, {}, { Authorization: "" });
    expect(bare.json.errorCode).toBe("404.001.04");
    const broken = await daraja.client.post(path, "{not json");
    expect(broken.json.errorCode).toBe("400.002.05");
    const form = await daraja.client.post(path, "Amount=10", { "Content-Type": "text/plain" });
    expect(form.json).toMatchObject(invalid("OriginatorConversationID"));
    const got = await fetch(`${daraja.sandbox.url}/daraja${path}`);
    expect(got.status).toBe(405);
    expect(await daraja.sandbox.control.payouts()).toEqual([]);
  });

  it("leaves no credential in the journal", async () => {
    await paid();
    const [entry] = await daraja.sandbox.control.journal({ operation: "b2c" });
    expect(entry?.requestBody).toContain('"SecurityCredential":"***"');
    expect(JSON.stringify(entry)).not.toContain(credential());
  });
});
