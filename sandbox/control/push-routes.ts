import type { Hono } from "hono";

import { queryRuleSchema } from "@/sandbox/daraja/query-scripts";
import type { Push } from "@/sandbox/daraja/push";
import type { SandboxEnv } from "@/sandbox/http-env";
import type { World } from "@/sandbox/world";
import { ControlError } from "./control-error";
import { answerControl, readBody } from "./control-http";
import { endPushSchema, forgeStkSchema, limitSchema, pushFilterSchema } from "./control-schemas";
import { forgeStkCallback } from "./forge-stk-callback";
import { viewMpesaLedger } from "./view-mpesa-ledger";

/** Control over the simulated M-Pesa: pushes, what queries say of them, tokens, and its books. */
export function addPushRoutes(routes: Hono<SandboxEnv>, world: World): void {
  const find = (id: string): Push => {
    const push = world.pushes.find(id);
    if (!push) throw new ControlError(404, `no push ${id}`);
    return push;
  };
  routes.get("/pushes", (c) =>
    answerControl(() => {
      const { callbackUrlContains = "", limit, ...exact } = pushFilterSchema.parse(c.req.query());
      const wanted = Object.entries(exact);
      const found = [...world.pushes.all()].filter((push) => {
        if (!push.callbackUrl.includes(callbackUrlContains)) return false;
        const facts = new Map<string, unknown>(Object.entries(push));
        return wanted.every(([name, value]) => value === undefined || facts.get(name) === value);
      });
      return found.slice(-limit);
    }),
  );
  routes.post("/pushes/forge", (c) =>
    answerControl(async () => forgeStkCallback(world, await readBody(c, forgeStkSchema))),
  );
  routes.get("/pushes/:id", (c) => answerControl(() => find(c.req.param("id"))));
  routes.post("/pushes/:id/end", (c) =>
    answerControl(async () => {
      const push = find(c.req.param("id"));
      const result = await readBody(c, endPushSchema);
      if (!world.pushes.end(push, result)) {
        const why = push.state === "ended" ? "it has ended" : "the phone shows no prompt";
        throw new ControlError(409, `push ${push.checkoutRequestId}: ${why}`);
      }
      return push;
    }),
  );
  routes.post("/tokens/expire", () => answerControl(() => ({ expired: world.tokens.expireAll() })));
  routes.get("/mpesa-ledger", (c) =>
    answerControl(() => viewMpesaLedger(world, limitSchema.parse(c.req.query()).limit)),
  );
  addQueryScriptRoutes(routes, world);
}

function addQueryScriptRoutes(routes: Hono<SandboxEnv>, world: World): void {
  routes.get("/query-scripts", () => answerControl(() => world.queryRules.list()));
  routes.post("/query-scripts", (c) =>
    answerControl(async () =>
      world.queryRules.add(world.ids.serial("qry"), await readBody(c, queryRuleSchema)),
    ),
  );
  routes.delete("/query-scripts", () =>
    answerControl(() => ({ removed: world.queryRules.remove() })),
  );
  routes.delete("/query-scripts/:id", (c) =>
    answerControl(() => ({ removed: world.queryRules.remove(c.req.param("id")) })),
  );
}
