import { html } from "hono/html";

import { PAYOUT_MAGIC_ENDINGS } from "@/sandbox/daraja/payout-magic";
import { toGroupedShillings } from "@/sandbox/kit/money";
import type { World } from "@/sandbox/world";
import { renderMagicTable } from "./magic-table";
import type { Html } from "./render-page";

const CHOICES: readonly string[] = [
  "A payout names the first bad field in this order: OriginatorConversationID (v3), InitiatorName, SecurityCredential, CommandID, Amount, PartyA, PartyB, Remarks, QueueTimeOutURL, ResultURL, Occassion or Occasion. Then comes the check for a repeated OriginatorConversationID.",
  "An id stays taken whatever became of its payout; one that came with a refused request is free.",
  "A PartyA that is no organisation, or an operator who is not its own, ends with 2001. A credential that cannot be decrypted counts as a wrong password; a locked operator (8006) stays locked until a reset or POST /initiators/unlock.",
  "The charge is booked beside the payout and never makes it fail.",
  "A failed payout is Declined; Cancelled and Expired come from status scripts alone. A pending one is Initiated, Authorized or Pending Authorized, drawn from the seed.",
  "A status question about a transaction nobody knows is answered with the code of the setting statusUnknownCode; the real one is not documented.",
  "The TransactionID of failures, status results and balances is the date and zeros.",
  "Every payout to one phone names the same made-up owner.",
  "With explicit delivery a payout ends within its call and its result is held; a status or balance is looked up within its call, so that a result delivered later may be out of date.",
];

/** Paying out from the simulated M-Pesa: organisations, the certificate, magic numbers. */
export function renderPayoutHelp(world: World, origin: string): Html {
  return html`${renderMagic()} ${renderOrganisations(world, origin)}`;
}

function renderMagic(): Html {
  return html`<section id="mpesa-payout-magic">
    <h2>Magic numbers for M-Pesa payouts</h2>
    <p>
      The last two digits of the phone that is paid, or KES 9,0NN to any phone. All are choices of
      this sandbox. Any other number is paid.
    </p>
    ${renderMagicTable(PAYOUT_MAGIC_ENDINGS)}
  </section>`;
}

function renderOrganisations(world: World, origin: string): Html {
  return html`<section id="mpesa-payouts">
    <h2>M-Pesa payouts</h2>
    <p>
      Below <code>${origin}/daraja</code>: <code>POST /mpesa/b2c/v3/paymentrequest</code> (and
      <code>v1</code>), <code>POST /mpesa/transactionstatus/v1/query</code>,
      <code>POST /mpesa/accountbalance/v1/query</code>. SecurityCredential is the operator's
      password under the public key of <a href="/certificate.cer">this certificate</a> (RSA, PKCS#1
      v1.5, base64).
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Organisations">
      <table>
        <thead>
          <tr>
            <th scope="col">Organisation</th>
            <th scope="col">PartyA</th>
            <th scope="col">Operator</th>
            <th scope="col">Password</th>
            <th scope="col">To pay out</th>
          </tr>
        </thead>
        <tbody>
          ${world.darajaAccounts.organisations.map((organisation) => {
            const utility = world.mpesaBooks.balanceOf(`utility:${organisation.shortcode}`);
            return html`<tr>
              <th scope="row">${organisation.name}</th>
              <td><code>${organisation.shortcode}</code></td>
              <td><code>${organisation.initiator}</code></td>
              <td><code>${organisation.initiatorPassword}</code></td>
              <td>KES ${toGroupedShillings(utility.balanceCents)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    <h3>Chosen, not known, about payouts</h3>
    <ul>
      ${CHOICES.map((choice) => html`<li>${choice}</li>`)}
    </ul>
  </section>`;
}
