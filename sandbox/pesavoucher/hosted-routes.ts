import { Hono } from "hono";
import { html } from "hono/html";

import type { SandboxEnv } from "@/sandbox/http-env";
import { parseShillings, toGroupedShillings } from "@/sandbox/kit/money";
import { parseMsisdn } from "@/sandbox/kit/msisdn";
import { seeOther } from "@/sandbox/pages/render-page";
import type { World } from "@/sandbox/world";
import { renderBuyPage, renderRedirectProblem, type BuyForm } from "./buy-page";
import { checkRedirect } from "./check-redirect";
import { renderHosted } from "./hosted-frame";
import { renderPaymentPage } from "./payment-page";
import type { Purchase } from "./purchase";

/** The hosted pages, to be mounted at `/pesavoucher`. */
export function createHostedRoutes(world: World): Hono<SandboxEnv> {
  const routes = new Hono<SandboxEnv>();
  routes.get("/buy-voucher", (c) => {
    const checked = checkRedirect(world, (name) => c.req.query(name));
    return "problem" in checked
      ? renderRedirectProblem(checked.problem)
      : renderBuyPage(checked.redirect, world.settings.current);
  });
  routes.post("/buy-voucher", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    return startPurchase(world, form);
  });
  routes.get("/payments/:id", (c) => withPurchase(world, c.req.param("id"), renderPaymentPage));
  routes.get("/payments/:id/state", (c) => {
    const purchase = world.desk.find(c.req.param("id"));
    return c.text(purchase?.state ?? "UNKNOWN", purchase ? 200 : 404, {
      "Cache-Control": "no-store",
    });
  });
  routes.get("/payments/:id/return", (c) =>
    withPurchase(world, c.req.param("id"), (purchase) => {
      if (purchase.state !== "SUCCESS") return seeOther(`/pesavoucher/payments/${purchase.id}`);
      world.desk.markReturned(purchase);
      return seeOther(returnAddress(purchase, world));
    }),
  );
  for (const way of ["cancel", "leave"]) {
    routes.get(`/payments/:id/${way}`, (c) =>
      withPurchase(world, c.req.param("id"), (purchase) => {
        world.desk.markReturned(purchase);
        return seeOther(purchase.cancelUrl ?? "/help");
      }),
    );
  }
  return routes;
}

function startPurchase(world: World, form: URLSearchParams): Promise<Response> | Response {
  const checked = checkRedirect(world, (name) => form.get(name) ?? undefined);
  if ("problem" in checked) return renderRedirectProblem(checked.problem);
  const { redirect } = checked;
  const amount = form.get("amount_to_pay") ?? "";
  const phone = form.get("phone") ?? "";
  const amountCents = parseShillings(amount);
  const msisdn = parseMsisdn(phone);
  const errors: BuyForm["errors"] = {};
  const amountProblem = describeAmountProblem(world, amountCents);
  if (amountProblem) errors.amount = amountProblem;
  if (msisdn === undefined) errors.phone = "Enter a Kenyan mobile number, such as 0712 345 678.";
  if (amountCents === undefined || msisdn === undefined || Object.keys(errors).length > 0) {
    return renderBuyPage(redirect, world.settings.current, { amount, phone, errors });
  }
  const { values: _values, ...order } = redirect;
  const purchase = world.desk.start({ ...order, amountCents, msisdn });
  return seeOther(`/pesavoucher/payments/${purchase.id}`);
}

function describeAmountProblem(world: World, amountCents: bigint | undefined): string | undefined {
  const { purchaseMinCents, purchaseMaxCents } = world.settings.current;
  if (amountCents === undefined) return "Enter an amount in shillings, such as 500 or 1,250.50.";
  if (amountCents < purchaseMinCents) {
    return `The smallest voucher is KES ${toGroupedShillings(purchaseMinCents)}.`;
  }
  if (amountCents > purchaseMaxCents) {
    return `The largest voucher is KES ${toGroupedShillings(purchaseMaxCents)}.`;
  }
  return undefined;
}

function returnAddress(purchase: Purchase, world: World): string {
  if (purchase.returnUrl === null) return "/help";
  const append = purchase.returnAppend ?? world.settings.current.returnAppend;
  const parts: string[] = [];
  if (append === "both" || append === "voucher") {
    parts.push(`voucher=${encodeURIComponent(purchase.voucherCode ?? "")}`);
  }
  if (append === "both" || append === "payment_id") {
    parts.push(`payment_id=${encodeURIComponent(purchase.id)}`);
  }
  if (parts.length === 0) return purchase.returnUrl;
  const [address = "", fragment] = purchase.returnUrl.split("#", 2);
  const joint = address.includes("?") ? "&" : "?";
  return `${address}${joint}${parts.join("&")}${fragment === undefined ? "" : `#${fragment}`}`;
}

function withPurchase(
  world: World,
  id: string,
  answer: (purchase: Purchase) => Promise<Response> | Response,
): Promise<Response> | Response {
  const purchase = world.desk.find(id);
  if (purchase) return answer(purchase);
  return renderHosted({
    title: "No such payment",
    status: 404,
    content: html`<section class="card">
      <h1>No such payment</h1>
      <p class="lead">The sandbox forgets everything when it is restarted or reset.</p>
      <p><a href="/help">About the sandbox</a></p>
    </section>`,
  });
}
