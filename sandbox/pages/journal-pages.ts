import type { MiddlewareHandler } from "hono";

import type { SandboxEnv } from "@/sandbox/http-env";
import type { World } from "@/sandbox/world";

/**
 * Journals what browsers ask of the hosted pages: address and answer, not the HTML. The waiting
 * page's own polling is left out, or it would push everything else out of the journal.
 */
export function journalPages(world: World): MiddlewareHandler<SandboxEnv> {
  return async (c, next) => {
    const startedMs = performance.now();
    const atMs = world.clock.nowMs();
    await next();
    if (c.req.path.endsWith("/state") || c.req.path.startsWith("/pesavoucher/api/")) return;
    const { pathname, search } = new URL(c.req.url);
    const location = c.res.headers.get("location");
    world.journal.record({
      atMs,
      direction: "in",
      operation: "hosted_page",
      method: c.req.method,
      url: pathname + search,
      requestHeaders: {},
      requestBody: "",
      status: c.res.status,
      answerBody: location === null ? "" : `Location: ${location}`,
      durationMs: Math.round(performance.now() - startedMs),
      note: "",
    });
  };
}
