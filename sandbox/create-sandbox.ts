import { createServer, type Server } from "node:http";

import { getRequestListener } from "@hono/node-server";

import { createApp } from "./create-app";
import { createSandboxControl, type SandboxControl } from "@/sandbox/control/client";
import { DEMO_DARAJA, type OwnDarajaCredentials } from "@/sandbox/daraja/accounts";
import { DEMO_CREDENTIALS, type OwnMerchantCredentials } from "@/sandbox/pesavoucher/merchants";
import type { Settings } from "./settings";
import { World } from "./world";

export type SandboxOptions = {
  /** 0 (the default) takes any free port. */
  port?: number;
  /** Makes codes, receipts and ids repeat exactly; left out, every start draws new ones. */
  seed?: string;
  settings?: Partial<Settings>;
  /** The shop under test, as the simulated PesaVoucher knows it. */
  credentials?: Partial<OwnMerchantCredentials>;
  /** The shop under test, as the simulated M-Pesa knows it. */
  daraja?: Partial<OwnDarajaCredentials>;
  /** Simulators that are not to be mounted. */
  skip?: readonly string[];
};

export type Sandbox = {
  /** Such as `http://127.0.0.1:4010`, without a slash at the end. */
  url: string;
  control: SandboxControl;
  /** Stops listening, cuts open connections and drops everything still scheduled. */
  close: () => Promise<void>;
};

/** Starts one sandbox with a world of its own, on the loopback address alone. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const world = new World({
    seed: options.seed,
    settings: options.settings,
    credentials: { ...DEMO_CREDENTIALS, ...options.credentials },
    daraja: { ...DEMO_DARAJA, ...options.daraja },
  });
  const app = createApp(world, { skip: options.skip ?? [] });
  const { server, port } = await listen(app.fetch, options.port ?? 0);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    control: createSandboxControl(url),
    close: async () => {
      world.close();
      await stop(server);
    },
  };
}

type Fetch = Parameters<typeof getRequestListener>[0];

// Longer than any client keeps a connection, so that a load test never meets one just closed.
const KEEP_ALIVE_MS = 75_000;

function listen(fetch: Fetch, port: number): Promise<{ server: Server; port: number }> {
  const answer = getRequestListener(fetch);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void answer(request, response);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("No port was given"));
      else resolve({ server, port: address.port });
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
