import { html } from "hono/html";

import type { Html } from "./render-page";

const ACTIONS: readonly (readonly [call: string, meaning: string])[] = [
  ["POST /reset", "Forget everything; {seed} repeats earlier codes"],
  ["GET, PATCH /settings", "Read or change the settings above"],
  ["GET /clock · POST /clock/advance {ms}, /clock/freeze, /clock/resume", "The sandbox's own time"],
  ["GET, POST, DELETE /faults[/id]", "Faults of API endpoints, before or after the state change"],
  ["GET, POST, DELETE /callback-scripts[/id]", "What happens to callbacks still to come"],
  [
    "GET /callbacks[/id] · POST /callbacks/{id}/hold, /release, /duplicate",
    "Callbacks already made",
  ],
  [
    "POST /callbacks/deliver-next, /settle {kind, checkoutRequestId, receipt, uniqueId, voucherCode}",
    "Send the oldest held callback, or all of them one by one, and wait for the answers",
  ],
  ["POST /callbacks/forge {url, body, source}", "A callback nobody earned"],
  ["GET /pushes[/id]?msisdn&state&callbackUrlContains", "M-Pesa pushes: how each began and ended"],
  ["POST /pushes/{id}/end {resultCode, resultDesc}", "Ends an open push with any code"],
  ["POST /pushes/forge {url, checkoutRequestId, …}", "The callback of a push that did not end so"],
  ["GET, POST, DELETE /query-scripts[/id]", "What queries about pushes say, whatever is true"],
  ["POST /tokens/expire", "Ends every M-Pesa access token"],
  [
    "GET /payouts?msisdn&originatorConversationId&state&resultUrlContains",
    "M-Pesa payouts: how each began and ended",
  ],
  ["POST /payouts/{id}/end {resultCode, resultDesc}", "Ends a pending payout, with any code"],
  ["POST /payouts/forge {url, originatorConversationId, …}", "A result nobody earned"],
  [
    "GET, POST, DELETE /status-scripts[/id]",
    "What questions about payouts, payments and reversals are told",
  ],
  ["PATCH /organisations {utilityCents, workingCents}", "What there is to pay out from"],
  ["POST /initiators/unlock", "Lets locked operators in again"],
  ["GET /certificate", "The certificate that encrypts operator passwords"],
  [
    "GET /customer-payments[/receipt]?shortcode&msisdn&reference&via&state",
    "What customers paid to shortcodes, in whatever way",
  ],
  [
    "POST /customer-payments {phone, shortcode, reference, amountCents}",
    "Pays by hand; waits for a shop that is asked first",
  ],
  ["POST /customer-payments/forge {url, reference, …}", "News of a payment that never was"],
  [
    "GET, PUT, DELETE /collection-urls[/shortcode] · GET /pull-registrations",
    "Where shortcodes hear of customers' payments; who registered for Pull",
  ],
  ["PUT /external-validation {on}", "Whether the shop is asked before money moves"],
  ["GET /reversals?originalReceipt&state", "Payments that went back, or were to"],
  ["POST /reversals/{id}/end {resultCode, resultDesc}", "Ends a pending reversal, with any code"],
  ["POST /reversals/forge {url, originalReceipt, …}", "The result of a reversal that never was"],
  ["GET /mpesa-ledger", "M-Pesa's books: every wallet and till"],
  ["GET, POST /vouchers · GET /vouchers/{code}", "Vouchers, made without page or phone"],
  [
    "GET, POST /payments · GET /payments/{id}",
    "Payments; POST starts one with a prompt on the phone",
  ],
  [
    "GET, PATCH /phones/{number} · POST /phones/{number}/answer",
    "Handsets: power, signal, SIM card, PIN lock, balance, prompt",
  ],
  [
    "GET /payout-vouchers?uniqueId&email&state · POST /payout-vouchers/{code}/redeem, /forge",
    "Vouchers sent to customers; redeem one as its customer would; forge news of one",
  ],
  ["GET /emails?to", "The e-mails sent with them"],
  ["POST /customers/forget {email}", "From now on this e-mail has no account"],
  ["POST /merchant-balance {balanceCents}", "Sets the wallet vouchers to customers are paid from"],
  ["GET /ledger", "PesaVoucher's books"],
  ["GET, DELETE /journal", "The last 5,000 exchanges in both directions"],
];

/** The control API in one table, with one example to copy. */
export function renderControlHelp(origin: string): Html {
  return html`<section id="control">
    <h2>Control API</h2>
    <p>
      Under <code>${origin}/_control</code>, JSON in and out. Amounts are integer cents under names
      ending in <code>Cents</code>. TypeScript callers have a typed client in
      <code>sandbox/control/client.ts</code>.
    </p>
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">Call</th>
          <th scope="col">What it does</th>
        </tr>
      </thead>
      <tbody>
        ${ACTIONS.map(
          ([call, meaning]) =>
            html`<tr>
              <td><code>${call}</code></td>
              <td>${meaning}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p>For example, lose the answer of the next redemption after it has happened:</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Example">
      <code
        >curl ${origin}/_control/faults -H 'Content-Type: application/json' -d
        '{"endpoint":"redeem_voucher","when":"after","effect":{"kind":"drop"},"times":1}'</code
      >
    </div>
  </section>`;
}
