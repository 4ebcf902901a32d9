import type { Server } from "node:http";

import { serve } from "@hono/node-server";

import { createApp } from "./create-app";
import { createSandboxControl, type SandboxControl } from "@/sandbox/control/client";
import { DEMO_CREDENTIALS, type OwnMerchantCredentials } from "@/sandbox/pesavoucher/merchants";
import type { Settings } from "./settings";
import { World } from "./world";

export type SandboxOptions = {
  /** 0 (the default) takes any free port. */
  port?: number;
  /** Makes codes, receipts and ids repeat exactly; left out, every start draws new ones. */
  seed?: string;
  settings?: Partial<Settings>;
  /** The shop under test, as the simulated provider knows it. */
  credentials?: Partial<OwnMerchantCredentials>;
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

type Fetch = Parameters<typeof serve>[0]["fetch"];

function listen(fetch: Fetch, port: number): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: "127.0.0.1" }, (address) => {
      server.off("error", reject);
      resolve({ server, port: address.port });
    }) as Server;
    server.once("error", reject);
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
