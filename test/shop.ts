import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { runOnce } from "graphile-worker";
import { makeCtx, type Ctx } from "@/lib/context";
import { closeDb, db, pgPool } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { CALLBACK_BYTES_MAX } from "@/lib/http/callback-door";
import { findCallbackDoor } from "@/lib/http/callback-doors";
import { answerThroughDoor, stampRemoteAddress } from "@/lib/http/node-door";
import { queueLogger } from "@/lib/jobs/queue-logger";
import { HANDLERS } from "@/lib/jobs/registry";
import { closeLiveHub } from "@/lib/realtime/live-hub";
import { requestMpesaDeposit } from "@/lib/payments/request-mpesa-deposit";
import { createVoucherDeposit } from "@/lib/payments/create-voucher-deposit";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createSandbox, type Sandbox, type SandboxOptions } from "@/sandbox/create-sandbox";

/** A shop under test: real verbs, real Postgres, the simulated provider over real HTTP. */
export interface Shop {
  readonly sandbox: Sandbox;
  /** Where the provider's callbacks arrive. */
  readonly appUrl: string;
  /** A new customer of a new merchant, or of `merchantId`. */
  customer(merchantId?: string): Promise<{ user: User; ctx: Ctx }>;
  /** An open purchase and the parameters the browser would carry to the hosted page. */
  purchase(
    ctx: Ctx,
    amount?: string,
  ): Promise<{ depositId: string; sessionId: string; callbackUrl: string }>;
  /** An M-Pesa deposit whose prompt was sent to a phone of its own, or to `phone`. */
  prompt(
    ctx: Ctx,
    options?: { amount?: string; phone?: string },
  ): Promise<{ depositId: string; phone: string }>;
  availableCents(user: User): Promise<bigint>;
  /** Runs every job that is due; with `evenLater`, also those that wait for their time. */
  runJobs(options?: { evenLater?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens one for a test file. Call it before anything reads the settings: it points them at a sandbox and
 * at a small server that hands callbacks to the same doors as the real one.
 */
export async function openShop(options: SandboxOptions = {}): Promise<Shop> {
  const sandbox = await createSandbox({ ...options, daraja: { ...keyPair(), ...options.daraja } });
  const doors = await serveDoors();
  const { port } = doors.address() as AddressInfo;
  const appUrl = `http://127.0.0.1:${port}`;
  Object.assign(process.env, {
    APP_URL: appUrl,
    SANDBOX_URL: sandbox.url,
    PV_BASE_URL: `${sandbox.url}/pesavoucher/api/v1`,
    PV_APP_URL: `${sandbox.url}/pesavoucher`,
    DARAJA_BASE_URL: `${sandbox.url}/daraja`,
  });
  return {
    sandbox,
    appUrl,
    async customer(merchantId) {
      const user = await createCustomer({ merchantId });
      return { user, ctx: makeCtx(user.merchantId, { kind: "customer", id: user.id }) };
    },
    async purchase(ctx, amount = "500") {
      const attemptKey = crypto.randomUUID();
      const { depositId, redirectUrl } = await createVoucherDeposit(ctx, { amount, attemptKey });
      const query = new URL(redirectUrl).searchParams;
      return {
        depositId,
        sessionId: query.get("session_id") ?? "",
        callbackUrl: query.get("callback_url") ?? "",
      };
    },
    async prompt(ctx, { amount = "500", phone = nextPhone() } = {}) {
      const attemptKey = crypto.randomUUID();
      const { depositId } = await requestMpesaDeposit(ctx, { phone, amount, attemptKey });
      return { depositId, phone };
    },
    async availableCents(user) {
      const owner = { merchantId: user.merchantId, customerId: user.id };
      return (await readCustomerBalance(db(), owner)).availableCents;
    },
    async runJobs({ evenLater = false } = {}) {
      if (evenLater)
        await db().$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now()`;
      await runOnce({
        pgPool: pgPool(),
        noHandleSignals: true,
        logger: queueLogger(),
        taskList: Object.fromEntries(HANDLERS.map((handler) => [handler.id, handler.run])),
      });
    },
    async close() {
      await new Promise((resolve) => doors.close(resolve));
      await sandbox.close();
      await closeLiveHub();
      await closeDb();
    },
  };
}

/** The pair of this run, made by test/global-setup.ts: the shop's settings name its certificate. */
function keyPair() {
  const read = (name: string) => readFileSync(process.env[name] ?? "", "utf8");
  return {
    privateKeyPem: read("SANDBOX_KEY_FILE"),
    certificatePem: read("SANDBOX_CERTIFICATE_FILE"),
  };
}

let phones = 0;

/** A number of its own, and none of those whose ending makes the sandbox act by itself. */
function nextPhone(): string {
  phones += 1;
  return `+2547${String(10_000 + Math.floor(phones / 60)).padStart(6, "0")}${30 + (phones % 60)}`;
}

async function serveDoors(): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    stampRemoteAddress(incoming);
    const door = findCallbackDoor((incoming.url ?? "/").split("?")[0] ?? "/");
    if (!door) return outgoing.writeHead(404).end();
    void answerThroughDoor(door, incoming, outgoing, { bodyBytesMax: CALLBACK_BYTES_MAX });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
