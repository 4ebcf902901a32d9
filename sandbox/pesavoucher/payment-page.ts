import { html } from "hono/html";

import { toLocalNumber } from "@/sandbox/kit/msisdn";
import { toGroupedShillings } from "@/sandbox/kit/money";
import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import type { Html } from "@/sandbox/pages/render-page";
import { renderHosted } from "./hosted-frame";
import type { RedirectValues } from "./check-redirect";
import type { Purchase } from "./purchase";

/** What the customer sees after Confirm: wait, then the voucher, or why there is none. */
export function renderPaymentPage(purchase: Purchase): Promise<Response> {
  if (purchase.state === "PENDING") return renderWaiting(purchase);
  return purchase.state === "SUCCESS" ? renderPaid(purchase) : renderNotPaid(purchase);
}

function renderWaiting(purchase: Purchase): Promise<Response> {
  const path = paymentPath(purchase);
  const handset = `/phone/${purchase.msisdn}`;
  const content = html`<section class="card" aria-labelledby="state">
      <div>
        <p class="lead">Paying for a ${purchase.merchantName} voucher</p>
        <p class="amount">KES ${toGroupedShillings(purchase.amountCents)}</p>
      </div>
      <div class="notice wait" role="status">
        <h1 id="state"><span class="pulse" aria-hidden="true"></span>Check your phone</h1>
        <p>
          We sent an M-Pesa prompt to ${toLocalNumber(purchase.msisdn)}. Enter your PIN there. This
          page moves on by itself.
        </p>
      </div>
      <div class="actions">
        <a class="button only-narrow" href="${handset}?back=${encodeURIComponent(path)}"
          >Open the simulated phone</a
        >
        <noscript><a class="button quiet" href="${path}">I have answered the prompt</a></noscript>
        <a class="button quiet" href="${path}/leave">Leave without waiting</a>
      </div>
      <p class="lead">
        Leaving does not take the prompt back: a PIN entered later still pays, as on a real phone.
      </p>
    </section>
    <section class="beside" aria-label="Simulated phone">
      <iframe
        src="${handset}?embed=1"
        title="Simulated phone ${toLocalNumber(purchase.msisdn)}"
      ></iframe>
    </section>`;
  return renderHosted({
    title: "Check your phone",
    content,
    wide: true,
    refreshSeconds: 3,
    script: waitScript(path),
  });
}

function renderPaid(purchase: Purchase): Promise<Response> {
  const content = html`<section class="card">
    <div class="notice good" role="status">
      <h1>Paid</h1>
      <p>Your voucher is ready. Go back to ${purchase.merchantName} to use it.</p>
    </div>
    <div class="voucher">
      <span class="lead">Voucher code</span>
      <code data-voucher-code>${purchase.voucherCode}</code>
      <strong>KES ${toGroupedShillings(purchase.amountCents)}</strong>
    </div>
    <div class="actions">
      <a class="button" href="${paymentPath(purchase)}/return"
        >Return to ${purchase.merchantName}</a
      >
    </div>
    <dl>
      ${row("M-Pesa receipt", purchase.receipt ?? "")}
      ${row("Phone", toLocalNumber(purchase.msisdn))}
      ${row("Time", toProviderTimestamp(purchase.finishedAtMs ?? purchase.createdAtMs))}
      ${row("Payment", purchase.id)}
    </dl>
  </section>`;
  return renderHosted({ title: "Paid", content });
}

const NOT_PAID: Readonly<
  Record<NonNullable<Purchase["failure"]>, { title: string; text: string; money: string }>
> = {
  cancelled: {
    title: "Payment declined",
    text: "You cancelled the prompt on your phone.",
    money: "No money left your M-Pesa.",
  },
  timed_out: {
    title: "No answer from your phone",
    text: "Nobody entered a PIN in time.",
    money: "No money left your M-Pesa.",
  },
  no_funds: {
    title: "Not enough money",
    text: "Your M-Pesa balance does not cover this amount.",
    money: "No money left your M-Pesa.",
  },
  wrong_pin: {
    title: "Wrong PIN",
    text: "The PIN was wrong too many times.",
    money: "No money left your M-Pesa.",
  },
  pin_locked: {
    title: "PIN locked",
    text: "Your M-Pesa PIN is locked.",
    money: "No money left your M-Pesa.",
  },
  withdrawn: {
    title: "The request was taken back",
    text: "It ended before you could answer.",
    money: "No money left your M-Pesa.",
  },
  technical: {
    title: "Something went wrong",
    text: "The payment is being looked into and may still succeed.",
    money: "Wait for the M-Pesa message before you try again.",
  },
};

function renderNotPaid(purchase: Purchase): Promise<Response> {
  const words = NOT_PAID[purchase.failure ?? "technical"];
  const stillMoving = purchase.failure === "technical";
  const content = html`<section class="card">
    <div class="notice bad" role="status">
      <h1>${words.title}</h1>
      <p>${words.money} ${words.text}</p>
    </div>
    <p class="amount">KES ${toGroupedShillings(purchase.amountCents)}</p>
    <div class="actions">
      <a class="button" href="${paymentPath(purchase)}/cancel"
        >Return to ${purchase.merchantName}</a
      >
      ${tryAgainLink(purchase)}
    </div>
  </section>`;
  return renderHosted({
    title: words.title,
    content,
    ...(stillMoving ? { refreshSeconds: 3, script: waitScript(paymentPath(purchase)) } : {}),
  });
}

function tryAgainLink(purchase: Purchase): Html | "" {
  const { callbackUrl, returnUrl, cancelUrl } = purchase;
  if (callbackUrl === null || returnUrl === null || cancelUrl === null) return "";
  const values: RedirectValues = {
    merchant_id: purchase.merchantId,
    amount: toGroupedShillings(purchase.amountCents).replaceAll(",", ""),
    currency: "KES",
    session_id: purchase.sessionId,
    prefix: purchase.prefix,
    callback_url: callbackUrl,
    return_url: returnUrl,
    cancel_url: cancelUrl,
  };
  if (purchase.userRef !== null) values.user_ref = purchase.userRef;
  const query = new URLSearchParams(values);
  return html`<a class="button quiet" href="/pesavoucher/buy-voucher?${query.toString()}"
    >Try again</a
  >`;
}

function row(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function paymentPath(purchase: Purchase): string {
  return `/pesavoucher/payments/${purchase.id}`;
}

/** Asks every second whether the payment has moved, and loads the page again when it has. */
function waitScript(path: string): string {
  return `(function(){var first;function ask(){fetch(${JSON.stringify(`${path}/state`)},{cache:"no-store"}).then(function(r){return r.text()}).then(function(s){if(first===undefined)first=s;if(s!==first)location.replace(${JSON.stringify(path)});else setTimeout(ask,1000)}).catch(function(){setTimeout(ask,2000)})}ask()})()`;
}
