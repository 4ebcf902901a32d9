import { Hono, type Context } from "hono";
import { html } from "hono/html";

import type { SandboxEnv } from "@/sandbox/http-env";
import { BASE_STYLES } from "@/sandbox/pages/base-styles";
import { renderPage, seeOther } from "@/sandbox/pages/render-page";
import { parseMsisdn } from "@/sandbox/kit/msisdn";
import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SettingsStore } from "@/sandbox/settings";
import { renderHandset, renderHandsetPage, type HandsetView } from "./handset-page";
import { readHandsetSetting } from "./handset-query";
import type { PhoneCondition, PhoneNetwork } from "./phone-network";

type PhoneWorld = { phones: PhoneNetwork; clock: SandboxClock; settings: SettingsStore };

/** The virtual handsets, to be mounted at `/phone`. */
export function createPhoneRoutes(
  world: PhoneWorld,
  { hasMenu }: { hasMenu: boolean },
): Hono<SandboxEnv> {
  const routes = new Hono<SandboxEnv>();
  routes.get("/", (c) => {
    const msisdn = parseMsisdn(c.req.query("number") ?? "");
    return seeOther(msisdn ? `/phone/${msisdn}` : "/help#phones");
  });
  routes.get("/:number", (c) => {
    const view = viewOf(world, c, hasMenu);
    if (view === undefined) return renderNoPhone();
    const canonical = `/phone/${view.handset.msisdn}`;
    return c.req.path === canonical ? renderHandsetPage(view) : seeOther(canonical);
  });
  routes.get("/:number/screen", async (c) => {
    const view = viewOf(world, c, hasMenu);
    if (view === undefined) return renderNoPhone();
    const version = String(view.handset.version);
    const headers = { "X-Version": version, "Cache-Control": "no-store" };
    if (c.req.header("X-Version") === version) return c.body(null, 204, headers);
    return c.html((await renderHandset(view)).toString(), 200, headers);
  });
  routes.post("/:number/power", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const view = viewOf(world, c, hasMenu);
    if (view) world.phones.setCondition(view.handset.msisdn, { poweredOn: form.get("on") === "1" });
    return backToHandset(c);
  });
  routes.post("/:number/conditions", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const view = viewOf(world, c, hasMenu);
    if (view) world.phones.setCondition(view.handset.msisdn, readConditions(form));
    return backToHandset(c);
  });
  routes.post("/:number/prompts/:id/pin", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    world.phones.enterPin(c.req.param("id"), form.get("pin") ?? "");
    return backToHandset(c);
  });
  routes.post("/:number/prompts/:id/cancel", (c) => {
    world.phones.cancel(c.req.param("id"));
    return backToHandset(c);
  });
  return routes;
}

function viewOf(
  world: PhoneWorld,
  c: Context<SandboxEnv, "/:number">,
  hasMenu: boolean,
): HandsetView | undefined {
  const msisdn = parseMsisdn(c.req.param("number"));
  if (msisdn === undefined) return undefined;
  const { pin, pinTries } = world.settings.current;
  return {
    handset: world.phones.handset(msisdn),
    prompt: world.phones.openPrompt(msisdn),
    nowMs: world.clock.nowMs(),
    pin,
    pinTries,
    hasMenu,
    ...readHandsetSetting(new URL(c.req.url).searchParams),
  };
}

function readConditions(form: URLSearchParams): Partial<PhoneCondition> {
  const change: Partial<PhoneCondition> = {};
  for (const name of ["reachable", "simTooOld", "pinLocked"] as const) {
    const value = form.get(name);
    if (value !== null) change[name] = value === "1";
  }
  return change;
}

function backToHandset(c: Context<SandboxEnv, "/:number">): Response {
  const msisdn = parseMsisdn(c.req.param("number"));
  if (msisdn === undefined) return seeOther("/help#phones");
  const { search } = new URL(c.req.url);
  return seeOther(`/phone/${msisdn}${search}`);
}

/** For an address that names no Kenyan mobile number. */
export function renderNoPhone(): Promise<Response> {
  return renderPage({
    title: "No such phone",
    status: 404,
    styles: `${BASE_STYLES}main{max-width:32rem;margin:40px auto;padding:0 16px;display:grid;gap:12px}`,
    content: html`<main>
      <h1>No such phone</h1>
      <p>A handset is named by a Kenyan mobile number, such as <code>254712345678</code>.</p>
      <p><a href="/help#phones">All about the handsets</a></p>
    </main>`,
  });
}
