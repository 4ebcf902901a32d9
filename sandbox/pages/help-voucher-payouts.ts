import { html } from "hono/html";

import { PAYOUT_MAGIC } from "@/sandbox/pesavoucher/payout-magic";
import type { Html } from "./render-page";

const CHOICES: readonly string[] = [
  "Faults are named in this order: credentials, JSON, missing fields, currency, amount, limits, customer, unique_id, balance.",
  "“Currency must be KES”, “Invalid amount”, “Maximum voucher amount is KES 150,000”, “Insufficient balance” and “Duplicate unique_id” are our words: the documents break off or say nothing.",
  "Every e-mail has an account, except those that begin with “unknown”, those made forgotten through the control API, and what is no e-mail at all.",
  "A unique_id belongs to one merchant; another may use the same.",
  "The callback's fields are invented, all of them. A callback address that cannot be read is ignored.",
  "A customer gets the money in a PesaVoucher wallet under the e-mail. Paying it out to M-Pesa is not simulated.",
];

/** Vouchers a merchant sends to customers: where the mail is, what the magic e-mails do. */
export function renderVoucherPayoutHelp(origin: string): Html {
  return html`<section id="voucher-payouts">
    <h2>Vouchers sent to customers</h2>
    <p>
      <code>POST /create_voucher</code> takes the amount from the merchant's wallet, makes an
      <code>NLV-</code> code and mails it. Read the mail in <a href="/emails">the outbox</a> and
      press its button, or type the code on <a href="/pesavoucher/redeem">the customer's page</a>.
      The merchant hears of both at its <code>callback_url</code>: <code>voucher.created</code>,
      then <code>voucher.redeemed</code>.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Example of a payout">
      <code
        >curl ${origin}/pesavoucher/api/v1/create_voucher -H 'Content-Type: application/json' -H
        'X-API-Key: pk_test_malipo_demo' -H 'X-API-Secret: sk_test_malipo_demo' -d
        '{"email":"asha@example.com","amount":750,"currency":"KES","unique_id":"1"}'</code
      >
    </div>
    <h3>Magic e-mails</h3>
    <p>
      What stands before the @ ends so, whatever the rest: <code>asha+lost@example.com</code>. What
      happens to the answer happens at the first call with a <code>unique_id</code>; a second one
      goes through. All are choices of this sandbox.
    </p>
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">Ending</th>
          <th scope="col">What happens</th>
        </tr>
      </thead>
      <tbody>
        ${PAYOUT_MAGIC.map(
          ({ ending, title }) =>
            html`<tr>
              <th scope="row"><code>${ending}</code></th>
              <td>${title}</td>
            </tr>`,
        )}
        <tr>
          <th scope="row"><code>unknown…</code></th>
          <td>An e-mail that begins so belongs to nobody: “User not found”</td>
        </tr>
      </tbody>
    </table>
    <h3>Chosen, not known</h3>
    <ul>
      ${CHOICES.map((choice) => html`<li>${choice}</li>`)}
    </ul>
  </section>`;
}
