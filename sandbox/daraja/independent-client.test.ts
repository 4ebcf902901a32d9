import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import Mpesa from "mpesa-node";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

import { createSandbox, type Sandbox } from "@/sandbox/create-sandbox";
import { eventually } from "@/sandbox/testing/eventually";
import { readResult } from "@/sandbox/testing/open-payouts";
import { startReceiver, type Receiver } from "@/sandbox/testing/start-receiver";
import { DEMO_DARAJA } from "./accounts";

let sandbox: Sandbox;
let receiver: Receiver;
let folder: string;
beforeAll(async () => {
  sandbox = await createSandbox({ settings: { stkQueryHiccupShare: 0 } });
  receiver = await startReceiver();
  folder = await mkdtemp(join(tmpdir(), "malipo-certificate-"));
});
beforeEach(() => {
  receiver.received.length = 0;
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await sandbox.close();
  await receiver.close();
});

it("Safaricom's own client completes a push and a query with nothing changed but its address", async () => {
  const client = new Mpesa({
    consumerKey: DEMO_DARAJA.consumerKey,
    consumerSecret: DEMO_DARAJA.consumerSecret,
    lipaNaMpesaShortCode: DEMO_DARAJA.shortcode,
    lipaNaMpesaShortPass: DEMO_DARAJA.passkey,
  });
  client.baseURL = `${sandbox.url}/daraja`;

  const pushed = await client.lipaNaMpesaOnline(
    254712345678,
    150,
    `${receiver.url}/stk/42`,
    "INV-42",
  );
  expect(pushed.data).toMatchObject({ ResponseCode: "0" });
  const checkoutRequestId = String(pushed.data.CheckoutRequestID);

  await sandbox.control.enterPin("0712345678");
  await eventually(() => expect(receiver.received).toHaveLength(1));
  expect(receiver.received[0]?.body).toContain('"ResultCode":0');

  const asked = await client.lipaNaMpesaQuery(checkoutRequestId);
  expect(asked.data).toMatchObject({ ResultCode: "0", CheckoutRequestID: checkoutRequestId });
});

it("the same client pays a phone and asks for status and balance, with the certificate as downloaded", async () => {
  await sandbox.control.changeSettings({ b2cResultDelayMs: 0, queryResultDelayMs: 0 });
  const certPath = join(folder, "certificate.cer");
  const download = await fetch(`${sandbox.url}/certificate.cer`);
  await writeFile(certPath, await download.text());
  const client = new Mpesa({
    consumerKey: DEMO_DARAJA.consumerKey,
    consumerSecret: DEMO_DARAJA.consumerSecret,
    lipaNaMpesaShortCode: DEMO_DARAJA.shortcode,
    lipaNaMpesaShortPass: DEMO_DARAJA.passkey,
    initiatorName: DEMO_DARAJA.initiator,
    securityCredential: DEMO_DARAJA.initiatorPassword,
    certPath,
  });
  client.baseURL = `${sandbox.url}/daraja`;
  const addresses = [`${receiver.url}/timeout`, `${receiver.url}/result`] as const;

  const paid = await client.b2c(600998, 254712345678, 150, ...addresses);
  expect(paid.data).toMatchObject({ ResponseCode: "0" });
  await eventually(() => expect(receiver.received).toHaveLength(1));
  const result = readResult(receiver.received[0]);
  expect(result).toMatchObject({ ResultCode: 0, ConversationID: paid.data.ConversationID });
  const receipt = String(result.values.TransactionReceipt);

  await client.transactionStatus(receipt, 600998, 4, ...addresses);
  await eventually(() => expect(receiver.received).toHaveLength(2));
  const { values } = readResult(receiver.received[1]);
  expect(values).toMatchObject({ TransactionStatus: "Completed", ReceiptNo: receipt, Amount: 150 });

  await client.accountBalance(600998, 4, ...addresses);
  await eventually(() => expect(receiver.received).toHaveLength(3));
  const { AccountBalance } = readResult(receiver.received[2]).values;
  expect(AccountBalance).toContain("Utility Account|KES|4999850.00|");
});
