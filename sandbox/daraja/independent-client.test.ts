import Mpesa from "mpesa-node";
import { afterAll, beforeAll, expect, it } from "vitest";

import { createSandbox, type Sandbox } from "@/sandbox/create-sandbox";
import { eventually } from "@/sandbox/testing/eventually";
import { startReceiver, type Receiver } from "@/sandbox/testing/start-receiver";
import { DEMO_DARAJA } from "./accounts";

let sandbox: Sandbox;
let receiver: Receiver;
beforeAll(async () => {
  sandbox = await createSandbox({ settings: { stkQueryHiccupShare: 0 } });
  receiver = await startReceiver();
});
afterAll(async () => {
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
