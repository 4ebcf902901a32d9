import { expect } from "vitest";

import type { CollectionUrlsInput, PayByHandInput } from "@/sandbox/control/collection-control";
import type { CustomerPayment } from "@/sandbox/daraja/customer-payment";
import type { MpesaLedgerView } from "@/sandbox/control/view-mpesa-ledger";
import { eventually } from "./eventually";
import { openPayouts, type PayoutWorld } from "./open-payouts";
import type { DarajaReply } from "./start-daraja-client";
import type { ReceivedCallback } from "./start-receiver";

type Changes = Record<string, unknown>;
export type Message = Record<string, unknown>;

export type CollectionWorld = PayoutWorld & {
  /** Registers by the API, at the receiver's `/confirm` and `/validate`, unless told otherwise. */
  register: (changes?: Changes, version?: "v1" | "v2") => Promise<DarajaReply>;
  /** Registers the same without the API. */
  registered: (changes?: Partial<CollectionUrlsInput>) => Promise<void>;
  /** Pays KES 500 by hand from 0712345678 to the shop's PayBill, unless told otherwise. */
  byHand: (changes?: Partial<PayByHandInput>) => Promise<CustomerPayment>;
  /** Waits until so many posts have come to this path, and returns what they say. */
  messages: (path: "/confirm" | "/validate", count: number) => Promise<Message[]>;
  /** M-Pesa's books of the shop's PayBill. */
  books: () => Promise<MpesaLedgerView["shortcodes"][number]>;
  /** Orders the reversal of KES 500 by the shop's operator, unless told otherwise. */
  reverse: (receipt: string, changes?: Changes) => Promise<DarajaReply>;
};

/** One sandbox for a test file about customers' payments, as new and with its clock stopped. */
export function openCollections(): CollectionWorld {
  const payouts = openPayouts();
  const { daraja } = payouts;
  const addresses = (): { confirmationUrl: string; validationUrl: string } => ({
    confirmationUrl: `${daraja.receiver.url}/confirm`,
    validationUrl: `${daraja.receiver.url}/validate`,
  });
  return {
    ...payouts,
    register: (changes = {}, version = "v2") =>
      daraja.client.post(`/mpesa/c2b/${version}/registerurl`, {
        ShortCode: 174379,
        ResponseType: "Completed",
        ConfirmationURL: addresses().confirmationUrl,
        ValidationURL: addresses().validationUrl,
        ...changes,
      }),
    registered: async (changes = {}) => {
      await daraja.sandbox.control.setCollectionUrls({ ...addresses(), ...changes });
    },
    byHand: (changes = {}) =>
      daraja.sandbox.control.payByHand({
        phone: "0712345678",
        reference: "INV-1",
        amountCents: 50_000n,
        ...changes,
      }),
    messages: (path, count) =>
      eventually(() => {
        const found = daraja.receiver.received.filter((received) => received.path === path);
        expect(found).toHaveLength(count);
        return found.map(readMessage);
      }),
    books: async () => {
      const { sumCents, shortcodes } = await daraja.sandbox.control.mpesaLedger({ limit: 0 });
      expect(sumCents).toBe(0n);
      const [own] = shortcodes;
      if (!own) throw new Error("The shop has no PayBill");
      return own;
    },
    reverse: (receipt, changes = {}) =>
      daraja.client.post("/mpesa/reversal/v1/request", {
        Initiator: "testapi",
        SecurityCredential: payouts.credential(),
        CommandID: "TransactionReversal",
        TransactionID: receipt,
        Amount: 500,
        ReceiverParty: 174379,
        RecieverIdentifierType: "11",
        ResultURL: `${daraja.receiver.url}/result`,
        QueueTimeOutURL: `${daraja.receiver.url}/timeout`,
        Remarks: "Paid twice",
        Occasion: "",
        ...changes,
      }),
  };
}

function readMessage({ body }: ReceivedCallback): Message {
  const parsed: Message = JSON.parse(body);
  return parsed;
}
