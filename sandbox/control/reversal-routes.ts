import type { Hono } from "hono";
import type { z } from "zod";

import type { Reversal } from "@/sandbox/daraja/reversal";
import type { SandboxEnv } from "@/sandbox/http-env";
import type { World } from "@/sandbox/world";
import { ControlError } from "./control-error";
import { answerControl, readBody } from "./control-http";
import { forgeReversalResult } from "./forge-reversal-result";
import {
  endReversalSchema,
  forgeReversalResultSchema,
  reversalFilterSchema,
} from "./reversal-schemas";

/** Control over reversals of customers' payments: how they end, and results nobody earned. */
export function addReversalRoutes(routes: Hono<SandboxEnv>, world: World): void {
  routes.get("/reversals", (c) =>
    answerControl(() => findReversals(world, reversalFilterSchema.parse(c.req.query()))),
  );
  routes.post("/reversals/forge", (c) =>
    answerControl(async () =>
      forgeReversalResult(world, await readBody(c, forgeReversalResultSchema)),
    ),
  );
  routes.post("/reversals/:id/end", (c) =>
    answerControl(async () => {
      const reversal = world.reversals.find(c.req.param("id"));
      if (!reversal) throw new ControlError(404, `no reversal ${c.req.param("id")}`);
      if (!world.reversals.end(reversal, await readBody(c, endReversalSchema))) {
        throw new ControlError(409, `reversal ${c.req.param("id")}: it has ended`);
      }
      return reversal;
    }),
  );
}

/** Oldest first, the newest `limit` of them. */
function findReversals(
  world: World,
  { limit, resultUrlContains = "", ...exact }: z.output<typeof reversalFilterSchema>,
): Reversal[] {
  const wanted = Object.entries(exact).filter(([, value]) => value !== undefined);
  const found = [...world.reversals.all()].filter((reversal) => {
    if (!reversal.resultUrl.includes(resultUrlContains)) return false;
    const facts = new Map<string, unknown>(Object.entries(reversal));
    return wanted.every(([name, value]) => facts.get(name) === value);
  });
  return found.slice(-limit);
}
