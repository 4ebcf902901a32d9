import { afterAll, beforeAll, beforeEach, expect } from "vitest";

import { createSandbox, type Sandbox } from "@/sandbox/create-sandbox";
import { eventually } from "./eventually";
import { startDarajaClient, type DarajaClient, type DarajaReply } from "./start-daraja-client";
import { RECEIVED, startReceiver, type ReceivedCallback, type Receiver } from "./start-receiver";

export type DarajaWorld = {
  sandbox: Sandbox;
  receiver: Receiver;
  client: DarajaClient;
  /** Sends a push, expects it to be accepted and returns its CheckoutRequestID. */
  pushed: (changes?: Record<string, unknown>) => Promise<string>;
  /** Waits until so many callbacks have come, and returns them all. */
  arrived: (count: number) => Promise<ReceivedCallback[]>;
};

/** One sandbox for a test file, as new and with its clock stopped before every test. */
export function openDaraja(): DarajaWorld {
  const world: Partial<DarajaWorld> = {};
  const part = <K extends keyof DarajaWorld>(name: K): DarajaWorld[K] => {
    const found = world[name];
    if (found === undefined) throw new Error(`${name} is there only while tests run`);
    return found;
  };
  beforeAll(async () => {
    world.sandbox = await createSandbox({ seed: "daraja" });
    world.receiver = await startReceiver();
  });
  beforeEach(async () => {
    await part("sandbox").control.reset();
    await part("sandbox").control.freezeClock();
    part("receiver").received.length = 0;
    part("receiver").answer.status = 200;
    part("receiver").answer.afterMs = 0;
    part("receiver").answer.body = RECEIVED;
    const callbackUrl = `${part("receiver").url}/stk/one`;
    world.client = await startDarajaClient(part("sandbox").url, callbackUrl);
  });
  afterAll(async () => {
    await part("sandbox").close();
    await part("receiver").close();
  });
  return {
    get sandbox() {
      return part("sandbox");
    },
    get receiver() {
      return part("receiver");
    },
    get client() {
      return part("client");
    },
    pushed: async (changes = {}) => idOf(await part("client").push(changes)),
    arrived: (count) =>
      eventually(() => {
        expect(part("receiver").received).toHaveLength(count);
        return part("receiver").received;
      }),
  };
}

function idOf(reply: DarajaReply): string {
  expect(reply.json).toMatchObject({ ResponseCode: "0" });
  return String(reply.json.CheckoutRequestID);
}

/** What a callback body says about its push. */
export function readCallback(body: string | undefined): Record<string, unknown> {
  const parsed: { Body: { stkCallback: Record<string, unknown> } } = JSON.parse(body ?? "");
  return parsed.Body.stkCallback;
}
