import { html } from "hono/html";

import type { World } from "@/sandbox/world";
import type { Html } from "./render-page";

const CHOICES: readonly string[] = [
  "Registering names the first bad field in this order: ShortCode, ResponseType, ConfirmationURL, ValidationURL. A shortcode that collects nothing gets the SOAP-like fault of a backend that does not answer.",
  "A shop is asked before money moves only where external validation is switched on (control API). No answer, no 2xx, or an answer that cannot be read: ResponseType decides. A code that no document lists counts as C2B00016.",
  "A confirmation goes once, whatever it is answered. A paid push to a PayBill sends one too; a push to a till does not.",
  "Customers pay nothing for their payments.",
  "A reversal names the first bad field in this order: Initiator, SecurityCredential, CommandID, TransactionID, Amount, ReceiverParty, RecieverIdentifierType (11), ResultURL, QueueTimeOutURL, Remarks, Occasion.",
  "A reversal of anything but a customer's payment to that shortcode ends with R000002. The payment stays Completed for status questions and stays in Pull.",
  "The shop's operator acts for both of its shortcodes, the other business's for all of its own. Paying out is for organisations alone.",
  "Pull shows a payment of the first to the last second asked for, oldest first. Its 48 hours are measured in whole seconds.",
  "A status question about a customer's payment is answered by receipt; its conversation ids are made up, and nothing is found by them.",
  "A statement has completed transactions alone. What an account starts with is part of its opening balance.",
];

/** What customers pay by themselves, and everything the shop can learn of it or undo. */
export function renderCollectionHelp(world: World, origin: string): Html {
  const { shortcode } = world.darajaAccounts.credentials;
  return html`<section id="mpesa-collections">
    <h2>Customers' payments, reversals, Pull, statements</h2>
    <p>
      A customer pays by hand on
      <a href="/phone/254712345678/lipa?business=${shortcode}">Lipa na M-PESA of a handset</a>.
      Below <code>${origin}/daraja</code>: <code>POST /mpesa/c2b/v1/registerurl</code> and
      <code>/simulate</code> (and <code>v2</code>), <code>POST /mpesa/reversal/v1/request</code>,
      <code>POST /pulltransactions/v1/register</code>,
      <code>POST /pulltransactions/v1/query</code> (or <code>GET</code>).
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Statements">
      <table>
        <thead>
          <tr>
            <th scope="col">Statement of</th>
            <th scope="col">Shortcode</th>
            <th scope="col">As the portal exports it</th>
          </tr>
        </thead>
        <tbody>
          ${[...world.darajaAccounts.all, ...world.darajaAccounts.organisations].map(
            ({ name, shortcode: own }) => {
              const path = `/daraja/organisation/${own}/statement`;
              return html`<tr>
                <th scope="row">${name}</th>
                <td><code>${own}</code></td>
                <td>
                  <a href="${path}?format=csv" aria-label="Statement of ${name} as CSV">CSV</a> ·
                  <a href="${path}?format=xlsx" aria-label="Statement of ${name} as XLSX">XLSX</a>
                </td>
              </tr>`;
            },
          )}
        </tbody>
      </table>
    </div>
    <p class="soft">
      <code>?from=2026-11-01&amp;to=2026-11-30</code> (or moments such as
      <code>2026-11-21 14:05:09</code>, in Nairobi) and <code>&amp;account=charges</code> choose
      what is in it. The real portal wants a login.
    </p>
    <h3>Chosen, not known, about customers' payments</h3>
    <ul>
      ${CHOICES.map((choice) => html`<li>${choice}</li>`)}
    </ul>
  </section>`;
}
