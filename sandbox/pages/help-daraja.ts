import { html } from "hono/html";

import { PUSH_MAGIC_ENDINGS } from "@/sandbox/daraja/magic";
import type { World } from "@/sandbox/world";
import { renderCollectionHelp } from "./help-collections";
import { renderPayoutHelp } from "./help-payouts";
import { renderMagicTable } from "./magic-table";
import type { Html } from "./render-page";

const CHOICES: readonly string[] = [
  "A push names the first bad field in this order: BusinessShortCode, Password, Timestamp, Amount, PhoneNumber, PartyA, CallBackURL, TransactionType, PartyB, AccountReference. Then come the shortcode, the password, the fitting TransactionType, and the lock of the phone.",
  "A call without a bearer token gets 404.001.04; JSON that cannot be read gets 400.002.05.",
  "A query about the push of another shortcode is told that it does not exist.",
  "Result 17 counts pushes whose prompt was shown or at least sent to the phone, from any shortcode.",
  "A PartyB that is somebody else's ends with 2028, one that nobody has with SFC_IC0003.",
  "Money paid to a till is booked under its store number (BusinessShortCode).",
  "1036 and 9999 move no money here. For a payment that happened although the code sounds like failure, script the query or the callback.",
];

/** The simulated M-Pesa: where it is, with which keys, and what its magic numbers do. */
export function renderDarajaHelp(world: World, origin: string): Html {
  return html`${renderMagic()} ${renderApi(world, origin)} ${renderCollectionHelp(world, origin)}
  ${renderPayoutHelp(world, origin)}`;
}

function renderMagic(): Html {
  return html`<section id="mpesa-magic">
    <h2>Magic numbers for M-Pesa pushes</h2>
    <p>
      The last two digits of the phone that gets the prompt, or KES 9,0NN on any phone. 00 to 04
      mean the same as for vouchers; from there on this table is its own. All are choices of this
      sandbox. Any other number waits for somebody at its handset.
    </p>
    ${renderMagicTable(PUSH_MAGIC_ENDINGS)}
    <p class="soft">
      05 to 08, 12 to 16 and 18 to 20 wait for the PIN as usual; the others end by themselves. A
      push for the same amount to the same phone within two minutes ends with result 17, and one to
      a phone with an open prompt is refused.
    </p>
  </section>`;
}

function renderApi(world: World, origin: string): Html {
  const { consumerKey, consumerSecret } = world.darajaAccounts.credentials;
  return html`<section id="mpesa">
    <h2>The M-Pesa API</h2>
    <p>
      Base address <code>${origin}/daraja</code>, below it the provider's own paths:
      <code>GET /oauth/v1/generate</code>, <code>POST /mpesa/stkpush/v1/processrequest</code>,
      <code>POST /mpesa/stkpushquery/v1/query</code>. Consumer key <code>${consumerKey}</code>,
      secret <code>${consumerSecret}</code>.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Shortcodes">
      <table>
        <thead>
          <tr>
            <th scope="col">Business</th>
            <th scope="col">Kind</th>
            <th scope="col">Shortcode</th>
            <th scope="col">PartyB</th>
            <th scope="col">Passkey</th>
          </tr>
        </thead>
        <tbody>
          ${world.darajaAccounts.all.map(
            (account) =>
              html`<tr>
                <th scope="row">${account.name}</th>
                <td>${account.kind === "till" ? "Till" : "PayBill"}</td>
                <td><code>${account.shortcode}</code></td>
                <td><code>${account.partyB}</code></td>
                <td><code>${account.passkey}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <h3>Chosen, not known</h3>
    <ul>
      ${CHOICES.map((choice) => html`<li>${choice}</li>`)}
    </ul>
  </section>`;
}
