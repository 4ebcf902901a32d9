import { constants, publicEncrypt } from "node:crypto";

import { beforeEach, expect } from "vitest";

import { DEMO_DARAJA } from "@/sandbox/daraja/accounts";
import { eventually } from "./eventually";
import { openDaraja, type DarajaWorld } from "./open-daraja";
import type { DarajaReply } from "./start-daraja-client";
import type { ReceivedCallback } from "./start-receiver";

type Changes = Record<string, unknown>;

export type PayoutWorld = {
  daraja: DarajaWorld;
  /** The operator's password under the provider's key. */
  credential: () => string;
  /** A v3 payout of KES 500 to 0712345678, unless told otherwise; `undefined` leaves a field out. */
  b2c: (changes?: Changes, version?: "v1" | "v2" | "v3") => Promise<DarajaReply>;
  /** A question about the payout with this OriginatorConversationID, unless told otherwise. */
  ask: (originatorConversationId: string | undefined, changes?: Changes) => Promise<DarajaReply>;
  balance: (changes?: Changes) => Promise<DarajaReply>;
  /** Sends a payout, expects it to be accepted and returns its OriginatorConversationID. */
  paid: (changes?: Changes, version?: "v1" | "v3") => Promise<string>;
  /** Moves the sandbox's clock past the end of payouts and the answers to questions. */
  pass: (ms?: number) => Promise<void>;
  /** Waits until so many posts have come to this path, and returns them. */
  arrivedAt: (
    path: "/result" | "/timeout" | "/status",
    count: number,
  ) => Promise<ReceivedCallback[]>;
};

/** Encrypts a password as the provider wants it. */
export function sealPassword(certificatePem: string, password: string): string {
  return publicEncrypt(
    { key: certificatePem, padding: constants.RSA_PKCS1_PADDING },
    Buffer.from(password),
  ).toString("base64");
}

/** One sandbox for a test file about payouts, as new and with its clock stopped before every test. */
export function openPayouts(): PayoutWorld {
  const daraja = openDaraja();
  let credential = "";
  let serial = 0;
  beforeEach(async () => {
    const certificate = await daraja.sandbox.control.certificate();
    credential = sealPassword(certificate, DEMO_DARAJA.initiatorPassword);
  });
  const asker = (): Changes => ({
    Initiator: DEMO_DARAJA.initiator,
    SecurityCredential: credential,
    PartyA: DEMO_DARAJA.payoutShortcode,
    IdentifierType: "4",
    ...addressesOf(daraja),
  });
  const b2c: PayoutWorld["b2c"] = (changes = {}, version = "v3") => {
    serial += 1;
    return daraja.client.post(`/mpesa/b2c/${version}/paymentrequest`, {
      ...(version === "v1" ? {} : { OriginatorConversationID: `payout-${serial}` }),
      InitiatorName: DEMO_DARAJA.initiator,
      SecurityCredential: credential,
      CommandID: "BusinessPayment",
      Amount: 500,
      PartyA: DEMO_DARAJA.payoutShortcode,
      PartyB: 254712345678,
      Remarks: "Withdrawal",
      ...addressesOf(daraja),
      Occassion: "",
      ...changes,
    });
  };
  return {
    daraja,
    credential: () => credential,
    b2c,
    ask: (originatorConversationId, changes = {}) =>
      daraja.client.post("/mpesa/transactionstatus/v1/query", {
        ...asker(),
        CommandID: "TransactionStatusQuery",
        TransactionID: "",
        OriginatorConversationID: originatorConversationId,
        Remarks: "How is it",
        Occasion: "",
        ...changes,
      }),
    balance: (changes = {}) =>
      daraja.client.post("/mpesa/accountbalance/v1/query", {
        ...asker(),
        CommandID: "AccountBalance",
        Remarks: "How much",
        ...changes,
      }),
    paid: async (changes = {}, version = "v3") => {
      const reply = await b2c(changes, version);
      expect(reply.json, reply.text).toMatchObject({ ResponseCode: "0" });
      return String(reply.json.OriginatorConversationID);
    },
    pass: async (ms = 1_000) => {
      await daraja.sandbox.control.advanceClock(ms);
    },
    arrivedAt: (path, count) =>
      eventually(() => {
        const found = daraja.receiver.received.filter((received) => received.path === path);
        expect(found).toHaveLength(count);
        return found;
      }),
  };
}

function addressesOf(daraja: DarajaWorld): Changes {
  const { url } = daraja.receiver;
  return { QueueTimeOutURL: `${url}/timeout`, ResultURL: `${url}/result` };
}

export type ReadResult = Record<string, unknown> & {
  /** ResultParameter as it stands, and by key where it is an array. */
  parameter: unknown;
  values: Record<string, unknown>;
};

/** What a result body says. */
export function readResult(received: { body: string } | undefined): ReadResult {
  const parsed: {
    Result: Record<string, unknown> & { ResultParameters?: { ResultParameter: unknown } };
  } = JSON.parse(received?.body ?? "");
  const parameter = parsed.Result.ResultParameters?.ResultParameter;
  const entries: { Key: string; Value?: unknown }[] = Array.isArray(parameter) ? parameter : [];
  const values = Object.fromEntries(entries.map(({ Key, Value }) => [Key, Value]));
  return { ...parsed.Result, parameter, values };
}
