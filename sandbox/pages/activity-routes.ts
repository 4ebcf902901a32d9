import { Hono } from "hono";

import type { SandboxEnv } from "@/sandbox/http-env";
import type { World } from "@/sandbox/world";
import { renderActivityPage } from "./activity-page";
import { seeOther } from "./render-page";

/** The page for people, to be mounted at `/activity`; its buttons send callbacks again. */
export function createActivityRoutes(world: World): Hono<SandboxEnv> {
  const routes = new Hono<SandboxEnv>();
  routes.get("/", () => renderActivityPage(world));
  routes.post("/callbacks/:id/resend", async (c) => {
    const record = world.outbox.find(c.req.param("id"));
    if (record) await world.outbox.resend(record, 1, false);
    return seeOther("/activity#callbacks");
  });
  routes.post("/callbacks/:id/release", (c) => {
    const record = world.outbox.find(c.req.param("id"));
    if (record) world.outbox.release(record);
    return seeOther("/activity#callbacks");
  });
  // Somewhere for the callback of the help page's demo purchase to land.
  routes.post("/echo", (c) => c.json({ received: true }));
  return routes;
}
