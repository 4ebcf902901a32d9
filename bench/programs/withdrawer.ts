import { makeCtx } from "@/lib/context";
import { InvalidInputError } from "@/lib/errors";
import type { WithdrawalMethod } from "@/lib/generated/prisma/client";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import { sendWithdrawal } from "@/lib/payments/withdrawals/send-withdrawal";

/** One withdrawal that a customer asks for. */
export interface Ask {
  readonly merchantId: string;
  readonly customerId: string;
  readonly method: WithdrawalMethod;
  /** In shillings. */
  readonly amount: string;
  readonly to: string;
}

export interface AskOrder {
  readonly asks: readonly Ask[];
  /** Asked for at the same time. */
  readonly atOnce: number;
}

/** Does what the job of one withdrawal does. */
export interface SendOrder {
  readonly send: { readonly merchantId: string; readonly withdrawalId: string };
}

export interface Asked {
  readonly withdrawalIds: readonly string[];
  /** How many the customer had not enough money for. */
  readonly refused: number;
  /** How often the same form was sent again, because no connection to the database came free in time. */
  readonly repeats: number;
  readonly seconds: number;
}

const NO_CONNECTION = /timeout exceeded when trying to connect|Unable to start a transaction/;
const TRIES_MAX = 20;

/** Asks for every withdrawal with the verb the shop uses, several at a time. */
async function ask(order: AskOrder): Promise<Asked> {
  const withdrawalIds: string[] = [];
  let refused = 0;
  let tries = 0;
  const startedAt = performance.now();
  await forEachAtOnce(order.asks, order.atOnce, async ({ merchantId, customerId, ...typed }) => {
    const ctx = makeCtx(merchantId, { kind: "customer", id: customerId });
    const form = { ...typed, attemptKey: crypto.randomUUID(), passwordConfirmed: true };
    for (let left = TRIES_MAX; left > 0; left -= 1) {
      tries += 1;
      try {
        withdrawalIds.push((await requestWithdrawal(ctx, form)).withdrawalId);
        return;
      } catch (error) {
        if (isTooMuch(error)) {
          refused += 1;
          return;
        }
        if (!NO_CONNECTION.test(String(error)) || left === 1) throw error;
      }
    }
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  return { withdrawalIds, refused, repeats: tries - order.asks.length, seconds };
}

function isTooMuch(error: unknown): boolean {
  return error instanceof InvalidInputError && error.fields.amount === "above_balance";
}

async function send({ send: { merchantId, withdrawalId } }: SendOrder): Promise<"sent"> {
  await sendWithdrawal(makeCtx(merchantId, { kind: "system", id: "bench" }), { withdrawalId });
  return "sent";
}

process.on("message", (order: AskOrder | SendOrder) => {
  ("send" in order ? send(order) : ask(order)).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
