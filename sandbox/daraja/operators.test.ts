import { createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";

import { describe, expect, it } from "vitest";

import { createSandbox } from "@/sandbox/create-sandbox";
import { openPayouts, readResult, sealPassword } from "@/sandbox/testing/open-payouts";
import { startDarajaClient } from "@/sandbox/testing/start-daraja-client";

const { daraja, b2c, ask, balance, paid, pass, arrivedAt } = openPayouts();

async function sealed(password: string): Promise<{ SecurityCredential: string }> {
  const certificate = await daraja.sandbox.control.certificate();
  return { SecurityCredential: sealPassword(certificate, password) };
}

/** Sends a payout and returns the code its result came with. */
async function codeOf(changes: Record<string, unknown>): Promise<string | null | undefined> {
  const id = await paid(changes);
  await pass();
  return (await daraja.sandbox.control.payouts({ originatorConversationId: id }))[0]?.resultCode;
}

describe("an operator's password", () => {
  it("differs on every encryption and is good each time, and more than once", async () => {
    const first = await sealed("Malipo#Demo1");
    const second = await sealed("Malipo#Demo1");
    expect(first.SecurityCredential).toHaveLength(344);
    expect(second).not.toEqual(first);
    expect([await codeOf(first), await codeOf(second), await codeOf(first)]).toEqual([
      "0",
      "0",
      "0",
    ]);
  });

  it("that is wrong is accepted, comes back as 2001, and moves nothing", async () => {
    const reply = await b2c(await sealed("Malipo#Demo2"));
    expect(reply.json).toMatchObject({ ResponseCode: "0" });
    await pass();
    const [result] = await arrivedAt("/result", 1);
    expect(readResult(result)).toMatchObject({ ResultCode: 2001, parameter: undefined });
    const { organisations } = await daraja.sandbox.control.mpesaLedger();
    expect(organisations[0]?.utilityCents).toBe(500_000_000n);
  });

  it.each([
    ["no base64", "not base64 at all"],
    ["too short", "AAAA"],
    ["noise", Buffer.alloc(256, 7).toString("base64")],
    ["more than the key can hold", Buffer.alloc(256, 255).toString("base64")],
    ["too long", Buffer.alloc(300, 1).toString("base64")],
  ])("that cannot be read (%s) is 2001 too", async (_why, SecurityCredential) => {
    expect(await codeOf({ SecurityCredential })).toBe("2001");
  });

  it("that cannot be read counts towards the lock, in whatever way it cannot", async () => {
    const unreadable = [Buffer.alloc(256, 7), Buffer.alloc(256, 255), Buffer.alloc(300, 1)];
    for (const bytes of unreadable) {
      await codeOf({ SecurityCredential: bytes.toString("base64") });
    }
    expect(await codeOf({})).toBe("8006");
  });

  it("is looked at before anything else: a wrong one hides what the phone or the funds would say", async () => {
    const wrong = await sealed("guess");
    expect(await codeOf({ ...wrong, PartyB: 254712345601 })).toBe("2001");
    await daraja.sandbox.control.setOrganisationFunds({ utilityCents: 0n });
    expect(await codeOf(wrong)).toBe("2001");
  });

  it("in clear text is not taken for an encrypted one", async () => {
    expect(await codeOf({ SecurityCredential: "Malipo#Demo1" })).toBe("2001");
  });

  it("under somebody else's key is wrong", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    expect(await codeOf({ SecurityCredential: sealPassword(pem, "Malipo#Demo1") })).toBe("2001");
  });

  it("wrong three times in a row locks its operator, until he is let in again", async () => {
    const wrong = await sealed("guess");
    const codes = [];
    for (let turn = 0; turn < 4; turn += 1) codes.push(await codeOf(wrong));
    expect(codes).toEqual(["2001", "2001", "2001", "8006"]);
    expect(await codeOf({})).toBe("8006");
    expect(await daraja.sandbox.control.unlockInitiators()).toEqual({ unlocked: 1 });
    expect(await codeOf({})).toBe("0");
  });

  it("right once in between forgives the wrong ones before", async () => {
    const wrong = await sealed("guess");
    const codes = [];
    for (const changes of [wrong, wrong, {}, wrong, wrong, {}]) codes.push(await codeOf(changes));
    expect(codes).toEqual(["2001", "2001", "0", "2001", "2001", "0"]);
  });

  it("is counted over payouts, questions and balances together", async () => {
    const wrong = await sealed("guess");
    await b2c(wrong);
    await ask("nobody", wrong);
    await balance(wrong);
    await ask("nobody");
    await pass();
    const codes = (await arrivedAt("/result", 4)).map((result) => readResult(result).ResultCode);
    expect(codes.map(String).sort()).toEqual(["2001", "2001", "2001", "8006"]);
  });

  it("of an operator nobody knows, or for a shortcode that is not his, is 2001 and locks nobody", async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      expect(await codeOf({ InitiatorName: "somebody" })).toBe("2001");
      expect(await codeOf({ PartyA: 174379 })).toBe("2001");
    }
    expect(await codeOf({})).toBe("0");
  });

  it("opens his own organisation alone, and learns nothing of another's payouts", async () => {
    const mine = await paid();
    await pass();
    await arrivedAt("/result", 1);
    const credential = await sealed("Malipo#Wholesale1");
    const others = { ...credential, InitiatorName: "wholesale", PartyA: 600996 };
    expect(await codeOf(others)).toBe("0");
    expect(await codeOf({ ...others, PartyA: 600998 })).toBe("2001");
    const { organisations } = await daraja.sandbox.control.mpesaLedger();
    expect(organisations.map(({ paidOutCount }) => paidOutCount)).toEqual([1, 1]);
    await arrivedAt("/result", 3);
    const url = `${daraja.receiver.url}/status`;
    await ask(mine, { ...credential, Initiator: "wholesale", PartyA: 600996, ResultURL: url });
    await pass();
    const [answer] = await arrivedAt("/status", 1);
    expect(readResult(answer)).toMatchObject({ ResultCode: 2032, parameter: undefined });
  });

  it("may be tried as often as the setting says", async () => {
    await daraja.sandbox.control.changeSettings({ initiatorTries: 1 });
    expect(await codeOf(await sealed("guess"))).toBe("2001");
    expect(await codeOf({})).toBe("8006");
  });
});

describe("the certificate", () => {
  it("is an X.509 certificate with a 2048-bit RSA key, to fetch and to download", async () => {
    const pem = await daraja.sandbox.control.certificate();
    const certificate = new X509Certificate(pem);
    expect(certificate.subject).toBe("CN=apicrypt.simulated");
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2_048);
    expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now());
    const download = await fetch(`${daraja.sandbox.url}/certificate.cer`);
    expect(download.headers.get("content-disposition")).toContain("certificate.cer");
    expect(await download.text()).toBe(pem);
  });

  it("can have expired, as those in circulation have, and its key is good all the same", async () => {
    await daraja.sandbox.control.changeSettings({ certificateExpired: true });
    const certificate = new X509Certificate(await daraja.sandbox.control.certificate());
    expect(certificate.validToDate.getTime()).toBeLessThan(Date.now());
    expect(await codeOf(await sealed("Malipo#Demo1"))).toBe("0");
  });

  it("stays the same after a reset", async () => {
    const before = await daraja.sandbox.control.certificate();
    await daraja.sandbox.control.reset();
    expect(await daraja.sandbox.control.certificate()).toBe(before);
  });

  it("and its key can be given, as can the organisation, the operator and his password", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const publicPem = createPublicKey(privateKey).export({ type: "spki", format: "pem" });
    const own = await createSandbox({
      settings: { callbackDelivery: "explicit" },
      daraja: {
        payoutShortcode: "600996",
        initiator: "cashier",
        initiatorPassword: "Own%Pass1",
        privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
        certificatePem: publicPem.toString(),
      },
    });
    expect(await own.control.certificate()).toBe(publicPem.toString());
    const client = await startDarajaClient(own.url, "http://127.0.0.1:1/");
    const reply = await client.post("/mpesa/b2c/v1/paymentrequest", {
      InitiatorName: "cashier",
      SecurityCredential: sealPassword(publicPem.toString(), "Own%Pass1"),
      CommandID: "BusinessPayment",
      Amount: 10,
      PartyA: 600996,
      PartyB: 254712345678,
      Remarks: "Own",
      QueueTimeOutURL: "http://127.0.0.1:1/t",
      ResultURL: "http://127.0.0.1:1/r",
    });
    expect(reply.status).toBe(200);
    expect(await own.control.payouts()).toMatchObject([{ state: "completed" }]);
    const { organisations } = await own.control.mpesaLedger();
    expect(organisations).toMatchObject([{ shortcode: "600996", paidOutCount: 1 }]);
    await own.close();
  });
});
