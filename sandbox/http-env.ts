import type { HttpBindings } from "@hono/node-server";

/** What every route can reach besides the request: the raw Node objects, to cut a connection. */
export type SandboxEnv = { Bindings: HttpBindings };
