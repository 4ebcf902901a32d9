import type { Hono } from "hono";
import type { z } from "zod";

import type { CustomerPayment } from "@/sandbox/daraja/customer-payment";
import type { SandboxEnv } from "@/sandbox/http-env";
import type { World } from "@/sandbox/world";
import {
  collectionUrlsSchema,
  externalValidationSchema,
  forgeConfirmationSchema,
  payByHandSchema,
  paymentFilterSchema,
} from "./collection-schemas";
import { ControlError } from "./control-error";
import { answerControl, readBody } from "./control-http";
import { findCollector } from "./find-collector";
import { forgeConfirmation } from "./forge-confirmation";
import { payByHand } from "./pay-by-hand";

/** Control over what customers pay by themselves, and over where the shop hears of it. */
export function addCollectionRoutes(routes: Hono<SandboxEnv>, world: World): void {
  routes.get("/customer-payments", (c) =>
    answerControl(() => findPayments(world, paymentFilterSchema.parse(c.req.query()))),
  );
  routes.post("/customer-payments", (c) =>
    answerControl(async () => payByHand(world, await readBody(c, payByHandSchema))),
  );
  routes.post("/customer-payments/forge", (c) =>
    answerControl(async () => forgeConfirmation(world, await readBody(c, forgeConfirmationSchema))),
  );
  routes.get("/customer-payments/:receipt", (c) =>
    answerControl(() => {
      const payment = world.payments.find(c.req.param("receipt"));
      if (!payment) throw new ControlError(404, `no payment ${c.req.param("receipt")}`);
      return payment;
    }),
  );
  addAddressRoutes(routes, world);
}

function addAddressRoutes(routes: Hono<SandboxEnv>, world: World): void {
  routes.get("/collection-urls", () => answerControl(() => world.collectionUrls.list()));
  routes.put("/collection-urls", (c) =>
    answerControl(async () => {
      const input = await readBody(c, collectionUrlsSchema);
      const { shortcode } = findCollector(world, input.shortcode);
      const registeredAtMs = world.clock.nowMs();
      return world.collectionUrls.register({ ...input, shortcode, registeredAtMs });
    }),
  );
  routes.delete("/collection-urls", () =>
    answerControl(() => ({ removed: world.collectionUrls.remove() })),
  );
  routes.delete("/collection-urls/:shortcode", (c) =>
    answerControl(() => ({ removed: world.collectionUrls.remove(c.req.param("shortcode")) })),
  );
  routes.get("/pull-registrations", () => answerControl(() => world.pullRegistrations.list()));
  routes.put("/external-validation", (c) =>
    answerControl(async () => {
      const { shortcode: wanted, on } = await readBody(c, externalValidationSchema);
      const { shortcode } = findCollector(world, wanted);
      world.collectionUrls.setAskedFirst(shortcode, on);
      return { shortcode, on };
    }),
  );
}

/** Oldest first, the newest `limit` of them. */
function findPayments(
  world: World,
  { limit, ...exact }: z.output<typeof paymentFilterSchema>,
): CustomerPayment[] {
  const { shortcode } = exact;
  const candidates = shortcode === undefined ? world.payments.all() : world.payments.to(shortcode);
  const wanted = Object.entries(exact).filter(([, value]) => value !== undefined);
  const found = [...candidates].filter((payment) => {
    const facts = new Map<string, unknown>(Object.entries(payment));
    return wanted.every(([name, value]) => facts.get(name) === value);
  });
  return found.slice(-limit);
}
