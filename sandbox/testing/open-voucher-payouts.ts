import { afterAll, beforeAll, beforeEach, expect } from "vitest";

import { createSandbox, type Sandbox } from "@/sandbox/create-sandbox";
import type { LedgerView } from "@/sandbox/control/view-ledger";
import { callApi, type ApiReply } from "./call-api";
import { eventually } from "./eventually";
import { startReceiver, type Receiver } from "./start-receiver";

export const OWN_MERCHANT = "malipo-demo-merchant";

export type VoucherPayoutWorld = {
  readonly sandbox: Sandbox;
  readonly receiver: Receiver;
  /** `create_voucher` with good fields, unless told otherwise; `undefined` leaves a field out. */
  send: (changes?: Record<string, unknown>) => Promise<ApiReply>;
  /** The provider's books of the shop under test. */
  books: () => Promise<LedgerView["merchants"][number]>;
  /** Waits until so many callbacks have come, and returns their bodies. */
  arrived: (count: number) => Promise<Record<string, unknown>[]>;
};

/** One sandbox for a test file, as new and with its clock stopped before every test. */
export function openVoucherPayouts(): VoucherPayoutWorld {
  const world: { sandbox?: Sandbox; receiver?: Receiver } = {};
  const sandbox = (): Sandbox => {
    if (!world.sandbox) throw new Error("The sandbox is there only while tests run");
    return world.sandbox;
  };
  const receiver = (): Receiver => {
    if (!world.receiver) throw new Error("The receiver is there only while tests run");
    return world.receiver;
  };
  beforeAll(async () => {
    world.sandbox = await createSandbox({ seed: "payouts" });
    world.receiver = await startReceiver();
  });
  beforeEach(async () => {
    await sandbox().control.reset();
    await sandbox().control.freezeClock();
    receiver().received.length = 0;
    receiver().answer.status = 200;
    receiver().answer.afterMs = 0;
  });
  afterAll(async () => {
    await sandbox().close();
    await receiver().close();
  });
  return {
    get sandbox() {
      return sandbox();
    },
    get receiver() {
      return receiver();
    },
    send: (changes = {}) =>
      callApi(sandbox().url, "create_voucher", {
        email: "asha@example.com",
        amount: "750.00",
        currency: "KES",
        unique_id: "wd-1",
        callback_url: `${receiver().url}/payouts`,
        ...changes,
      }),
    books: async () => {
      const { merchants } = await sandbox().control.ledger({ merchantId: OWN_MERCHANT });
      const [own] = merchants;
      if (!own) throw new Error("The shop under test has no books");
      return own;
    },
    arrived: (count) =>
      eventually(() => {
        expect(receiver().received).toHaveLength(count);
        return receiver().received.map(({ body }): Record<string, unknown> => JSON.parse(body));
      }),
  };
}
