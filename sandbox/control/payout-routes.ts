import type { Hono } from "hono";
import type { z } from "zod";

import type { Payout } from "@/sandbox/daraja/payout";
import { statusRuleSchema } from "@/sandbox/daraja/status-scripts";
import type { SandboxEnv } from "@/sandbox/http-env";
import type { World } from "@/sandbox/world";
import { ControlError } from "./control-error";
import { answerControl, readBody } from "./control-http";
import { forgeB2cResult } from "./forge-b2c-result";
import {
  endPayoutSchema,
  forgeB2cResultSchema,
  organisationFundsSchema,
  payoutFilterSchema,
} from "./payout-schemas";
import { setOrganisationFunds } from "./set-organisation-funds";

/** Control over M-Pesa payouts: how they end, what questions about them are told, and the funds. */
export function addPayoutRoutes(routes: Hono<SandboxEnv>, world: World): void {
  routes.get("/payouts", (c) =>
    answerControl(() => findPayouts(world, payoutFilterSchema.parse(c.req.query()))),
  );
  routes.post("/payouts/forge", (c) =>
    answerControl(async () => forgeB2cResult(world, await readBody(c, forgeB2cResultSchema))),
  );
  routes.post("/payouts/:id/end", (c) =>
    answerControl(async () => {
      const payout = world.payouts.find(c.req.param("id"));
      if (!payout) throw new ControlError(404, `no payout ${c.req.param("id")}`);
      const { resultCode, resultDesc } = await readBody(c, endPayoutSchema);
      if (!world.payouts.end(payout, { resultCode, resultDesc })) {
        throw new ControlError(409, `payout ${c.req.param("id")}: it has ended`);
      }
      return payout;
    }),
  );
  routes.patch("/organisations", (c) =>
    answerControl(async () =>
      setOrganisationFunds(world, await readBody(c, organisationFundsSchema)),
    ),
  );
  routes.post("/initiators/unlock", () =>
    answerControl(() => ({ unlocked: world.operators.unlock() })),
  );
  routes.get("/certificate", () => answerControl(() => world.keys.certificatePem));
  addStatusScriptRoutes(routes, world);
}

/** Oldest first, the newest `limit` of them. One id or one phone is found without reading the rest. */
function findPayouts(world: World, filter: z.output<typeof payoutFilterSchema>): Payout[] {
  const { msisdn, originatorConversationId, state, resultUrlContains = "", limit } = filter;
  const found: Payout[] = [];
  const candidates = candidatesFor(world, msisdn, originatorConversationId);
  for (let index = candidates.length - 1; index >= 0 && found.length < limit; index -= 1) {
    const payout = candidates[index];
    if (
      payout?.resultUrl.includes(resultUrlContains) &&
      (msisdn === undefined || payout.msisdn === msisdn) &&
      (state === undefined || payout.state === state)
    ) {
      found.push(payout);
    }
  }
  return found.reverse();
}

function candidatesFor(
  world: World,
  msisdn: string | undefined,
  originatorConversationId: string | undefined,
): readonly Payout[] {
  if (originatorConversationId !== undefined) {
    const payout = world.payouts.find(originatorConversationId);
    return payout ? [payout] : [];
  }
  return msisdn === undefined ? world.payouts.all() : world.payouts.toPhone(msisdn);
}

function addStatusScriptRoutes(routes: Hono<SandboxEnv>, world: World): void {
  routes.get("/status-scripts", () => answerControl(() => world.statusRules.list()));
  routes.post("/status-scripts", (c) =>
    answerControl(async () =>
      world.statusRules.add(world.ids.serial("sta"), await readBody(c, statusRuleSchema)),
    ),
  );
  routes.delete("/status-scripts", () =>
    answerControl(() => ({ removed: world.statusRules.remove() })),
  );
  routes.delete("/status-scripts/:id", (c) =>
    answerControl(() => ({ removed: world.statusRules.remove(c.req.param("id")) })),
  );
}
