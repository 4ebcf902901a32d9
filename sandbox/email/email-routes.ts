import { Hono } from "hono";

import type { SandboxEnv } from "@/sandbox/http-env";
import type { World } from "@/sandbox/world";
import { renderEmail, renderEmailList, renderNoEmail } from "./email-pages";

/** The e-mail outbox for people, to be mounted at `/emails`. */
export function createEmailRoutes(world: World): Hono<SandboxEnv> {
  const routes = new Hono<SandboxEnv>();
  routes.get("/", () => renderEmailList(world));
  routes.get("/:id", (c) => {
    const email = world.mailbox.find(c.req.param("id"));
    return email ? renderEmail(email) : renderNoEmail();
  });
  return routes;
}
