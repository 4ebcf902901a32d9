import { Hono } from "hono";

import { callbackRuleSchema } from "@/sandbox/callbacks/callback-script";
import { faultSchema } from "@/sandbox/faults";
import type { SandboxEnv } from "@/sandbox/http-env";
import { settingsSchema } from "@/sandbox/settings";
import type { World } from "@/sandbox/world";
import { addCallbackRoutes } from "./callback-routes";
import { addCollectionRoutes } from "./collection-routes";
import { createVoucher } from "./create-voucher";
import { startPayment } from "./start-payment";
import { viewLedger } from "./view-ledger";
import { viewVoucher } from "./view-voucher";
import { ControlError } from "./control-error";
import { answerControl, readBody } from "./control-http";
import {
  advanceSchema,
  createVoucherSchema,
  journalFilterSchema,
  ledgerFilterSchema,
  listFilterSchema,
  resetSchema,
  startPaymentSchema,
} from "./control-schemas";
import { addPhoneControl } from "./phone-control";
import { addPayoutRoutes } from "./payout-routes";
import { addPushRoutes } from "./push-routes";
import { addReversalRoutes } from "./reversal-routes";
import { addVoucherPayoutRoutes } from "./voucher-payout-routes";

/** The control API, to be mounted at `/_control`: everything a test or a person may do to the world. */
export function createControlRoutes(world: World): Hono<SandboxEnv> {
  const routes = new Hono<SandboxEnv>();
  addWorldRoutes(routes, world);
  addFaultRoutes(routes, world);
  addCallbackRoutes(routes, world);
  addMoneyRoutes(routes, world);
  addPhoneControl(routes, world);
  addPushRoutes(routes, world);
  addPayoutRoutes(routes, world);
  addCollectionRoutes(routes, world);
  addReversalRoutes(routes, world);
  addVoucherPayoutRoutes(routes, world);
  routes.all("/*", (c) =>
    answerControl(() => {
      throw new ControlError(404, `no control action ${c.req.method} ${c.req.path}`);
    }),
  );
  return routes;
}

function addWorldRoutes(routes: Hono<SandboxEnv>, world: World): void {
  const viewClock = (): unknown => ({
    nowMs: world.clock.nowMs(),
    frozen: world.clock.isFrozen,
  });
  routes.get("/health", () => answerControl(() => ({ ok: true, seed: world.ids.seed })));
  routes.post("/reset", (c) =>
    answerControl(async () => {
      const { seed } = await readBody(c, resetSchema);
      world.reset(seed);
      return { ok: true, seed: world.ids.seed };
    }),
  );
  routes.get("/settings", () => answerControl(() => world.settings.current));
  routes.patch("/settings", (c) =>
    answerControl(async () => world.settings.change(await readBody(c, settingsSchema.partial()))),
  );
  routes.get("/clock", () => answerControl(viewClock));
  routes.post("/clock/advance", (c) =>
    answerControl(async () => {
      world.clock.advance((await readBody(c, advanceSchema)).ms);
      return viewClock();
    }),
  );
  routes.post("/clock/freeze", () =>
    answerControl(() => {
      world.clock.freeze();
      return viewClock();
    }),
  );
  routes.post("/clock/resume", () =>
    answerControl(() => {
      world.clock.resume();
      return viewClock();
    }),
  );
  routes.get("/journal", (c) =>
    answerControl(() => world.journal.list(journalFilterSchema.parse(c.req.query()))),
  );
  routes.delete("/journal", () => answerControl(() => world.journal.reset()));
}

function addFaultRoutes(routes: Hono<SandboxEnv>, world: World): void {
  routes.get("/faults", () => answerControl(() => world.faults.list()));
  routes.post("/faults", (c) =>
    answerControl(async () =>
      world.faults.add(world.ids.serial("flt"), await readBody(c, faultSchema)),
    ),
  );
  routes.delete("/faults", () => answerControl(() => ({ removed: world.faults.remove() })));
  routes.delete("/faults/:id", (c) =>
    answerControl(() => ({ removed: world.faults.remove(c.req.param("id")) })),
  );
  routes.get("/callback-scripts", () => answerControl(() => world.callbackRules.list()));
  routes.post("/callback-scripts", (c) =>
    answerControl(async () =>
      world.callbackRules.add(world.ids.serial("scr"), await readBody(c, callbackRuleSchema)),
    ),
  );
  routes.delete("/callback-scripts", () =>
    answerControl(() => ({ removed: world.callbackRules.remove() })),
  );
  routes.delete("/callback-scripts/:id", (c) =>
    answerControl(() => ({ removed: world.callbackRules.remove(c.req.param("id")) })),
  );
}

function addMoneyRoutes(routes: Hono<SandboxEnv>, world: World): void {
  routes.post("/vouchers", (c) =>
    answerControl(async () => createVoucher(world, await readBody(c, createVoucherSchema))),
  );
  routes.get("/vouchers", (c) =>
    answerControl(() => {
      const filter = listFilterSchema.parse(c.req.query());
      const found = [...world.vouchers.all()].filter(
        (voucher) =>
          (filter.merchantId === undefined || voucher.merchantId === filter.merchantId) &&
          (filter.sessionId === undefined || voucher.sessionId === filter.sessionId) &&
          (filter.state === undefined || world.vouchers.stateOf(voucher) === filter.state),
      );
      return found.slice(-filter.limit).map((voucher) => viewVoucher(world, voucher));
    }),
  );
  routes.get("/vouchers/:code", (c) =>
    answerControl(() => {
      const voucher = world.vouchers.find(c.req.param("code"));
      if (!voucher) throw new ControlError(404, `no voucher ${c.req.param("code")}`);
      return viewVoucher(world, voucher);
    }),
  );
  routes.post("/payments", (c) =>
    answerControl(async () => startPayment(world, await readBody(c, startPaymentSchema))),
  );
  routes.get("/payments", (c) =>
    answerControl(() => {
      const filter = listFilterSchema.parse(c.req.query());
      const found = [...world.desk.all()].filter(
        (payment) =>
          (filter.merchantId === undefined || payment.merchantId === filter.merchantId) &&
          (filter.sessionId === undefined || payment.sessionId === filter.sessionId) &&
          (filter.state === undefined || payment.state === filter.state),
      );
      return found.slice(-filter.limit);
    }),
  );
  routes.get("/payments/:id", (c) =>
    answerControl(() => {
      const payment = world.desk.find(c.req.param("id"));
      if (!payment) throw new ControlError(404, `no payment ${c.req.param("id")}`);
      return payment;
    }),
  );
  routes.get("/ledger", (c) =>
    answerControl(() => viewLedger(world, ledgerFilterSchema.parse(c.req.query()))),
  );
}
