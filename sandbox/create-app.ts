import { Hono } from "hono";

import { createControlRoutes } from "@/sandbox/control/control-routes";
import { createDarajaRoutes } from "@/sandbox/daraja/daraja-routes";
import { createLipaRoutes } from "@/sandbox/daraja/lipa-routes";
import { sendCertificate } from "@/sandbox/daraja/send-certificate";
import { createEmailRoutes } from "@/sandbox/email/email-routes";
import type { SandboxEnv } from "./http-env";
import { createActivityRoutes } from "@/sandbox/pages/activity-routes";
import { renderHelpPage } from "@/sandbox/pages/help-page";
import { journalPages } from "@/sandbox/pages/journal-pages";
import { seeOther } from "@/sandbox/pages/render-page";
import { createApiRoutes } from "@/sandbox/pesavoucher/api-routes";
import { createHostedRoutes } from "@/sandbox/pesavoucher/hosted-routes";
import { createRedeemRoutes } from "@/sandbox/pesavoucher/redeem-routes";
import { createPhoneRoutes } from "@/sandbox/phone/phone-routes";
import type { World } from "./world";

/** Puts the simulators, the handsets, the control API and the help page under one address. */
export function createApp(world: World, options: { skip: readonly string[] }): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>();
  app.get("/", () => seeOther("/help"));
  app.get("/help", (c) => renderHelpPage(world, new URL(c.req.url).origin));
  app.get("/certificate.cer", () => sendCertificate(world));
  app.route("/activity", createActivityRoutes(world));
  app.route("/_control", createControlRoutes(world));
  const hasDaraja = !options.skip.includes("daraja");
  if (hasDaraja) app.route("/phone", createLipaRoutes(world));
  app.route("/phone", createPhoneRoutes(world, { hasMenu: hasDaraja }));
  if (!options.skip.includes("pesavoucher")) {
    app.route("/pesavoucher/api/v1", createApiRoutes(world));
    app.use("/pesavoucher/*", journalPages(world));
    app.route("/pesavoucher", createHostedRoutes(world));
    app.route("/pesavoucher", createRedeemRoutes(world));
    app.route("/emails", createEmailRoutes(world));
  }
  if (hasDaraja) app.route("/daraja", createDarajaRoutes(world));
  app.notFound((c) => c.json({ error: `nothing at ${c.req.path}; see /help` }, 404));
  app.onError((error, c) => {
    console.error(error);
    return c.json({ error: "the sandbox itself failed; its log says why" }, 500);
  });
  return app;
}
