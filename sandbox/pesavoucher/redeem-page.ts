import { html } from "hono/html";

import { toGroupedShillings } from "@/sandbox/kit/money";
import type { Html } from "@/sandbox/pages/render-page";
import { renderHosted } from "./hosted-frame";
import type { VoucherPayout } from "./voucher-payout";
import { PAYOUT_PROBLEM_TEXTS, type PayoutProblem } from "./voucher-store";

/** Asks for a code; with a problem, says what is wrong with the one that was typed. */
export function renderCodeForm(
  form: { code?: string; problem?: PayoutProblem } = {},
): Promise<Response> {
  const { code = "", problem } = form;
  const error = problem === undefined ? "" : PAYOUT_PROBLEM_TEXTS[problem];
  return renderHosted({
    title: problem === undefined ? "Redeem a voucher" : "This code cannot be redeemed",
    status: statusOf(problem),
    content: html`<form class="card" method="get" action="/pesavoucher/redeem" novalidate>
      <div>
        <h1>Redeem a voucher</h1>
        <p class="lead">Type the code from your e-mail. It begins with NLV.</p>
      </div>
      <div class="field">
        <label for="code">Voucher code</label>
        <input
          id="code"
          name="code"
          value="${code}"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          placeholder="NLV-"
          aria-describedby="code-error"
          aria-invalid="${error === "" ? "false" : "true"}"
          required
        />
        <span class="error" id="code-error">${error}</span>
      </div>
      <div class="actions"><button class="button" type="submit">Show the voucher</button></div>
    </form>`,
  });
}

function statusOf(problem: PayoutProblem | undefined): number {
  if (problem === undefined) return 200;
  return problem === "not_found" ? 404 : 409;
}

/** Shows what the code is worth, with the button that burns it. */
export function renderRedeemOffer(facts: {
  payout: VoucherPayout;
  merchantName: string;
}): Promise<Response> {
  const { payout, merchantName } = facts;
  const amount = toGroupedShillings(payout.amountCents);
  return renderHosted({
    title: `Redeem KES ${amount}`,
    content: html`<form class="card" method="post" action="/pesavoucher/redeem">
      <input type="hidden" name="code" value="${payout.code}" />
      <div>
        <h1 class="lead">${merchantName} sent you</h1>
        <p class="amount">KES ${amount}</p>
      </div>
      ${payout.message === null ? "" : html`<p class="notice note">${payout.message}</p>`}
      <div class="voucher">
        <span class="lead">Voucher code</span>
        <code data-voucher-code>${payout.code}</code>
      </div>
      <div class="actions">
        <button class="button" type="submit">Redeem KES ${amount}</button>
        <a class="button quiet" href="/pesavoucher/redeem">Use another code</a>
      </div>
      <p class="lead">
        The money goes to the PesaVoucher wallet of ${payout.email}. A code works once.
      </p>
    </form>`,
  });
}

/** The voucher is burnt and the customer has the money. */
export function renderRedeemed(facts: {
  payout: VoucherPayout;
  merchantName: string;
  walletCents: bigint;
}): Promise<Response> {
  const { payout, merchantName, walletCents } = facts;
  return renderHosted({
    title: "Redeemed",
    content: html`<section class="card">
      <div class="notice good" role="status">
        <h1>Redeemed</h1>
        <p>The money is in your PesaVoucher wallet.</p>
      </div>
      <p class="amount">KES ${toGroupedShillings(payout.amountCents)}</p>
      <dl>
        ${row("From", merchantName)} ${row("Wallet of", payout.email)}
        ${row("It now holds", `KES ${toGroupedShillings(walletCents)}`)}
        ${row("Transaction", payout.transactionId)}
        <div>
          <dt>Voucher</dt>
          <dd class="code">${payout.code}</dd>
        </div>
      </dl>
      <div class="actions">
        <a class="button quiet" href="/pesavoucher/redeem">Redeem another voucher</a>
        <a class="button quiet" href="/emails">Back to the e-mails</a>
      </div>
    </section>`,
  });
}

function row(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
