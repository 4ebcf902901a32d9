import { describe, expect, it } from "vitest";

import { openPayouts, readResult } from "@/sandbox/testing/open-payouts";
import { PAYOUT_MAGIC_ENDINGS } from "./payout-magic";

const { daraja, b2c, ask, paid, pass, arrivedAt } = openPayouts();

const phone = (ending: string): number => Number(`2547123456${ending}`);

/** What a status question about this payout is told. */
async function statusOf(id: string): Promise<{ code: unknown; word: unknown }> {
  const reply = await ask(id, { ResultURL: `${daraja.receiver.url}/status` });
  expect(reply.status, reply.text).toBe(200);
  await pass(500);
  const answer = readResult((await arrivedAt("/status", 1))[0]);
  return { code: answer.ResultCode, word: answer.values.TransactionStatus };
}

/** What has left the utility account since the start. */
async function paidOutCents(): Promise<bigint | undefined> {
  return (await daraja.sandbox.control.mpesaLedger()).organisations[0]?.paidOutCents;
}

describe("the ending of the phone, or KES 9,0NN, decides about a payout:", () => {
  it.each([
    ["00", "0", "Completed"],
    ["01", "2040", "Declined"],
    ["02", "1", "Declined"],
    ["03", "2001", "Declined"],
    ["29", "7777", "Declined"],
  ])("%s ends with %s, and the status says %s", async (ending, code, word) => {
    const id = await paid({ PartyB: phone(ending) });
    await pass();
    const [received] = await arrivedAt("/result", 1);
    expect(readResult(received).ResultCode).toBe(Number(code));
    expect(await daraja.sandbox.control.payouts()).toMatchObject([
      { resultCode: code, state: code === "0" ? "completed" : "failed" },
    ]);
    expect(await paidOutCents()).toBe(code === "0" ? 50_000n : 0n);
    const messages = (await daraja.sandbox.control.phone(String(phone(ending)))).messages;
    expect(messages).toHaveLength(code === "0" ? 1 : 0);
    expect(await statusOf(id)).toEqual({ code: 0, word });
  });

  it.each([
    ["04", "Completed", 50_000n],
    ["05", "Declined", 0n],
  ])("%s never sends a result, and the status says %s", async (ending, word, cents) => {
    const id = await paid({ PartyB: phone(ending) });
    await pass(600_000);
    expect(daraja.receiver.received).toEqual([]);
    expect(await paidOutCents()).toBe(cents);
    expect(await statusOf(id)).toEqual({ code: 0, word });
  });

  it("06 sends the result twice", async () => {
    await paid({ PartyB: phone("06") });
    await pass();
    const both = await arrivedAt("/result", 2);
    expect(both[0]?.body).toBe(both[1]?.body);
    expect(await paidOutCents()).toBe(50_000n);
  });

  it("07 sends it twenty seconds late, although it is paid", async () => {
    const id = await paid({ PartyB: phone("07") });
    await pass(20_999);
    expect(daraja.receiver.received).toEqual([]);
    expect((await daraja.sandbox.control.payouts({ originatorConversationId: id }))[0]?.state).toBe(
      "completed",
    );
    await pass(1);
    await arrivedAt("/result", 1);
  });

  it.each([
    ["08", 1],
    ["21", 0],
  ])("%s is accepted and paid, the answer is lost, and %s results come", async (ending, count) => {
    const id = { OriginatorConversationID: "cut" };
    await expect(b2c({ ...id, PartyB: phone(ending) })).rejects.toThrow(/fetch failed/);
    await pass();
    await arrivedAt("/result", count);
    expect(await paidOutCents()).toBe(50_000n);
    expect((await b2c(id)).json.errorCode).toBe("500.002.1001");
    expect(await statusOf("cut")).toEqual({ code: 0, word: "Completed" });
  });

  it("11 has its result before it is answered", async () => {
    await paid({ PartyB: phone("11") });
    expect(daraja.receiver.received).toHaveLength(1);
  });

  it("12 claims double the amount in the result, and pays the right one", async () => {
    await paid({ PartyB: phone("12") });
    await pass();
    const [received] = await arrivedAt("/result", 1);
    expect(readResult(received).values.TransactionAmount).toBe(1_000);
    expect(await paidOutCents()).toBe(50_000n);
  });

  it("13 posts a timeout, and the success five seconds later", async () => {
    await paid({ PartyB: phone("13") });
    await pass();
    await arrivedAt("/timeout", 1);
    await pass(5_000);
    expect(readResult((await arrivedAt("/result", 1))[0]).ResultCode).toBe(0);
  });

  it("14 posts a timeout alone, although it was paid", async () => {
    const id = await paid({ PartyB: phone("14") });
    await pass(600_000);
    await arrivedAt("/timeout", 1);
    await arrivedAt("/result", 0);
    expect(await statusOf(id)).toEqual({ code: 0, word: "Completed" });
  });

  it("15 cuts the body in half, and 16 leaves the parameters out", async () => {
    await paid({ PartyB: phone("15") });
    await pass();
    const [half] = await arrivedAt("/result", 1);
    expect(() => readResult(half)).toThrow(SyntaxError);
    await paid({ PartyB: phone("16") });
    await pass();
    const [, bare] = await arrivedAt("/result", 2);
    expect(readResult(bare)).toMatchObject({ ResultCode: 0, parameter: undefined });
  });

  it("19 is accepted and paid, and answered by the firewall", async () => {
    const reply = await b2c({ PartyB: phone("19") });
    expect([reply.status, reply.contentType]).toEqual([503, "text/html"]);
    await pass();
    await arrivedAt("/result", 1);
    expect(await paidOutCents()).toBe(50_000n);
  });

  it("22 is refused before anything, and its id stays free", async () => {
    const id = { OriginatorConversationID: "again" };
    const reply = await b2c({ ...id, PartyB: phone("22") });
    expect(reply.status).toBe(500);
    expect(reply.json).toMatchObject({
      errorCode: "500.002.1001",
      errorMessage: "System internal error.",
    });
    expect(await daraja.sandbox.control.payouts()).toEqual([]);
    expect((await b2c(id)).status).toBe(200);
  });

  it("23 lets the status say the opposite of the result", async () => {
    const good = await paid({ PartyB: phone("23") });
    await pass();
    await arrivedAt("/result", 1);
    expect(await statusOf(good)).toEqual({ code: 0, word: "Declined" });
    daraja.receiver.received.length = 0;
    await daraja.sandbox.control.setOrganisationFunds({ utilityCents: 0n });
    const bad = await paid({ PartyB: phone("23") });
    await pass();
    await arrivedAt("/result", 1);
    expect(await statusOf(bad)).toEqual({ code: 0, word: "Completed" });
  });

  it("24 sends a failure two seconds after the success, and pays once", async () => {
    const id = await paid({ PartyB: phone("24") });
    await pass();
    await pass(2_000);
    const codes = (await arrivedAt("/result", 2)).map((one) => readResult(one).ResultCode);
    expect(codes).toEqual([0, 1]);
    expect(await paidOutCents()).toBe(50_000n);
    expect(await statusOf(id)).toEqual({ code: 0, word: "Completed" });
  });

  it("25 is accepted and forgotten: nothing is paid, and nobody knows of it", async () => {
    const id = await paid({ PartyB: phone("25") });
    await pass(600_000);
    expect(daraja.receiver.received).toEqual([]);
    expect(await paidOutCents()).toBe(0n);
    expect(await daraja.sandbox.control.payouts()).toMatchObject([{ state: "pending" }]);
    expect(await statusOf(id)).toEqual({ code: 2032, word: undefined });
    daraja.receiver.received.length = 0;
    await daraja.sandbox.control.endPayout(id);
    expect(await statusOf(id)).toEqual({ code: 0, word: "Completed" });
  });

  it("an amount of KES 9,0NN does the same on any phone, and wins over it", async () => {
    await paid({ PartyB: phone("01"), Amount: 9_002 });
    await paid({ PartyB: phone("45"), Amount: 9_001 });
    await paid({ PartyB: phone("45"), Amount: 9_045 });
    await pass();
    const codes = (await daraja.sandbox.control.payouts()).map(({ resultCode }) => resultCode);
    expect(codes).toEqual(["1", "2040", "0"]);
  });

  it("20 is an answer that takes its time, after the payout was accepted", () => {
    const slow = PAYOUT_MAGIC_ENDINGS.find(({ suffix }) => suffix === "20");
    expect(slow?.afterAnswer).toEqual([{ kind: "latency", ms: 12_000 }]);
  });

  it("and the help page names every one of them", async () => {
    const page = await (await fetch(`${daraja.sandbox.url}/help`)).text();
    const section = page.slice(page.indexOf('id="mpesa-payout-magic"'));
    for (const { suffix, title } of PAYOUT_MAGIC_ENDINGS) {
      expect(section).toContain(`…${suffix}`);
      expect(section).toContain(title);
    }
    expect(page).toContain('href="/certificate.cer"');
    expect(page).toContain("Malipo#Demo1");
  });
});
