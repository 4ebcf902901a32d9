import { Hono, type Context } from "hono";

import type { SandboxEnv } from "@/sandbox/http-env";
import { parseShillings } from "@/sandbox/kit/money";
import { parseMsisdn } from "@/sandbox/kit/msisdn";
import { seeOther } from "@/sandbox/pages/render-page";
import { handsetQuery, readHandsetSetting } from "@/sandbox/phone/handset-query";
import { renderNoPhone } from "@/sandbox/phone/phone-routes";
import type { World } from "@/sandbox/world";
import { renderLipaPage, type LipaFields } from "./lipa-page";
import { payBusiness } from "./pay-business";

/** The menu on which the owner of a handset pays a business, to be mounted at `/phone`. */
export function createLipaRoutes(world: World): Hono<SandboxEnv> {
  const routes = new Hono<SandboxEnv>();
  routes.get("/:number/lipa", (c) => {
    const msisdn = parseMsisdn(c.req.param("number"));
    if (msisdn === undefined) return renderNoPhone();
    // Whoever tells a customer to pay by hand can link to a form that is filled in already.
    return renderLipaPage(world, { msisdn, ...settingOf(c), fields: readFields(queryOf(c)) });
  });
  routes.post("/:number/lipa", async (c) => {
    const msisdn = parseMsisdn(c.req.param("number"));
    if (msisdn === undefined) return renderNoPhone();
    const form = new URLSearchParams(await c.req.text());
    const setting = settingOf(c);
    const fields = readFields(form);
    const outcome = payBusiness(world, {
      msisdn,
      businessNumber: fields.business,
      reference: fields.account,
      amountCents: parseShillings(fields.amount) ?? 0n,
      pin: form.get("pin") ?? "",
    });
    // What M-Pesa says about missing money it says in a message.
    if (outcome.kind === "refused" && outcome.why !== "no_funds") {
      return renderLipaPage(world, { msisdn, ...setting, fields, refusal: outcome.why });
    }
    if (outcome.kind === "begun" && world.collections.isBeingAsked(outcome.payment)) {
      await outcome.decided;
    }
    return seeOther(`/phone/${msisdn}${handsetQuery(setting)}`);
  });
  return routes;
}

function queryOf(c: Context<SandboxEnv>): URLSearchParams {
  return new URL(c.req.url).searchParams;
}

function settingOf(c: Context<SandboxEnv>) {
  return readHandsetSetting(queryOf(c));
}

function readFields(from: URLSearchParams): LipaFields {
  const field = (name: string): string => (from.get(name) ?? "").trim();
  return { business: field("business"), account: field("account"), amount: field("amount") };
}
