import type { Hono } from "hono";

import { sourceHeaders } from "@/sandbox/callbacks/source-headers";
import type { CallbackRecord } from "@/sandbox/callbacks/outbox";
import type { SandboxEnv } from "@/sandbox/http-env";
import type { World } from "@/sandbox/world";
import { ControlError } from "./control-error";
import { answerControl, readBody } from "./control-http";
import { callbackFilterSchema, deliverSchema, forgeSchema, repeatSchema } from "./control-schemas";
import type { z } from "zod";

/** Control over callbacks already made, and forging ones that never were. */
export function addCallbackRoutes(routes: Hono<SandboxEnv>, world: World): void {
  const find = (id: string): CallbackRecord => {
    const record = world.outbox.find(id);
    if (!record) throw new ControlError(404, `no callback ${id}`);
    return record;
  };
  routes.get("/callbacks", (c) =>
    answerControl(() => world.outbox.search(callbackFilterSchema.parse(c.req.query()))),
  );
  routes.post("/callbacks/forge", (c) =>
    answerControl(async () => forgeCallback(world, await readBody(c, forgeSchema))),
  );
  routes.post("/callbacks/deliver-next", (c) =>
    answerControl(async () => {
      const next = world.outbox.nextHeld(await readBody(c, deliverSchema));
      if (!next) throw new ControlError(409, "no callback is held");
      return world.outbox.deliverNow(next);
    }),
  );
  routes.post("/callbacks/settle", (c) =>
    answerControl(async () => {
      const filter = await readBody(c, deliverSchema);
      const delivered: CallbackRecord[] = [];
      for (let next = world.outbox.nextHeld(filter); next; next = world.outbox.nextHeld(filter)) {
        delivered.push(await world.outbox.deliverNow(next));
      }
      return delivered;
    }),
  );
  routes.get("/callbacks/:id", (c) => answerControl(() => find(c.req.param("id"))));
  routes.post("/callbacks/:id/hold", (c) =>
    answerControl(() => {
      const record = find(c.req.param("id"));
      if (!world.outbox.hold(record)) throw new ControlError(409, `it is ${record.state} already`);
      return record;
    }),
  );
  routes.post("/callbacks/:id/release", (c) =>
    answerControl(() => {
      const record = find(c.req.param("id"));
      if (!world.outbox.release(record))
        throw new ControlError(409, `it is ${record.state} already`);
      return record;
    }),
  );
  routes.post("/callbacks/:id/duplicate", (c) =>
    answerControl(async () => {
      const { copies, parallel } = await readBody(c, repeatSchema);
      return world.outbox.resend(find(c.req.param("id")), copies, parallel);
    }),
  );
}

/** Sends a callback nobody earned, waits for its answer and returns the record with the attempt. */
async function forgeCallback(
  world: World,
  input: z.output<typeof forgeSchema>,
): Promise<CallbackRecord> {
  const body = typeof input.body === "string" ? input.body : JSON.stringify(input.body ?? {});
  const headers = sourceHeaders(body, world.settings.current, input.source === null);
  if (typeof input.source === "string") headers["X-Callback-Source"] = input.source;
  const record = world.outbox.enqueue({
    kind: "forged",
    url: input.url,
    headers: { ...headers, ...input.headers },
    body,
    script: { hold: true, retryDelaysMs: [] },
  });
  const [attempt] = await world.outbox.resend(record, 1, false);
  record.state = attempt && attempt.status >= 200 && attempt.status < 300 ? "delivered" : "failed";
  return record;
}
