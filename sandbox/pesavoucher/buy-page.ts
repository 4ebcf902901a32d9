import { html } from "hono/html";

import { toGroupedShillings, toTwoDecimals } from "@/sandbox/kit/money";
import type { Settings } from "@/sandbox/settings";
import { REDIRECT_PARAMETERS, type Redirect, type RedirectProblem } from "./check-redirect";
import { renderHosted } from "./hosted-frame";

export type BuyForm = {
  amount: string;
  phone: string;
  errors: { amount?: string | undefined; phone?: string | undefined };
};

/** The page a shop's customer lands on: who gets the money, how much, which phone. */
export function renderBuyPage(
  redirect: Redirect,
  settings: Readonly<Settings>,
  form: BuyForm = { amount: toTwoDecimals(redirect.requestedCents), phone: "", errors: {} },
): Promise<Response> {
  const hasErrors = Object.keys(form.errors).length > 0;
  const limits = `KES ${toGroupedShillings(settings.purchaseMinCents)} to ${toGroupedShillings(settings.purchaseMaxCents)}`;
  return renderHosted({
    title: `${hasErrors ? "Check the form: " : ""}Buy a voucher`,
    status: hasErrors ? 422 : 200,
    content: html`<form class="card" method="post" action="/pesavoucher/buy-voucher" novalidate>
      <div>
        <p class="lead">Buy a voucher for</p>
        <h1>${redirect.merchant.name}</h1>
      </div>
      ${REDIRECT_PARAMETERS.map((name) => hiddenInput(name, redirect.values[name]))}
      <div class="field">
        <label for="amount-to-pay">Amount in Kenyan shillings</label>
        <div class="prefixed">
          <span aria-hidden="true">KES</span>
          <input
            id="amount-to-pay"
            name="amount_to_pay"
            inputmode="decimal"
            autocomplete="off"
            value="${form.amount}"
            aria-describedby="amount-help amount-error"
            aria-invalid="${form.errors.amount ? "true" : "false"}"
            required
          />
        </div>
        <span class="hint" id="amount-help">${limits}. You can change it.</span>
        <span class="error" id="amount-error">${form.errors.amount ?? ""}</span>
      </div>
      <div class="field">
        <label for="phone">M-Pesa phone number</label>
        <input
          id="phone"
          name="phone"
          type="tel"
          inputmode="tel"
          autocomplete="tel"
          placeholder="0712 345 678"
          value="${form.phone}"
          aria-describedby="phone-help phone-error"
          aria-invalid="${form.errors.phone ? "true" : "false"}"
          required
        />
        <span class="hint" id="phone-help"
          >We send an M-Pesa prompt to it. Any number works here; PIN ${settings.pin}.</span
        >
        <span class="error" id="phone-error">${form.errors.phone ?? ""}</span>
      </div>
      <div class="actions">
        <button class="button" type="submit">Confirm</button>
        <a class="button quiet" href="${redirect.cancelUrl}"
          >Cancel, back to ${redirect.merchant.name}</a
        >
      </div>
    </form>`,
  });
}

/** The page for a redirect that cannot be served; it names the parameter at fault. */
export function renderRedirectProblem(problem: RedirectProblem): Promise<Response> {
  return renderHosted({
    title: "This link does not work",
    status: 400,
    content: html`<section class="card">
      <h1>This link does not work</h1>
      <p class="notice bad" role="alert">
        <strong>Parameter <code>${problem.parameter}</code></strong>
        <span>${problem.reason}</span>
      </p>
      <p class="lead">
        The shop that sent you here built the link with a mistake. No payment was started. Go back
        to the shop and tell them the name of the parameter above.
      </p>
      <p><a href="/help#redirect">What the link must contain</a></p>
    </section>`,
  });
}

function hiddenInput(name: string, value: string | undefined): ReturnType<typeof html> | "" {
  return value === undefined ? "" : html`<input type="hidden" name="${name}" value="${value}" />`;
}
