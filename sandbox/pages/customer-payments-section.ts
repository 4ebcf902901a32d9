import { html } from "hono/html";

import type { CustomerPayment } from "@/sandbox/daraja/customer-payment";
import { toGroupedShillings } from "@/sandbox/kit/money";
import { toLocalNumber } from "@/sandbox/kit/msisdn";
import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import type { World } from "@/sandbox/world";
import type { Html } from "./render-page";

const ROWS = 30;

/** The newest payments of customers to shortcodes, in whatever way they were made. */
export function renderCustomerPayments(world: World): Html {
  const payments = [...world.payments.all()].slice(-ROWS).reverse();
  return html`<section id="customer-payments">
    <h2>Customers' M-Pesa payments</h2>
    ${
      payments.length === 0
        ? html`<p class="soft">None yet. What is paid by push or by hand appears here.</p>`
        : html`<div
            class="scroll"
            tabindex="0"
            role="region"
            aria-label="Customers' M-Pesa payments"
          >
            <table>
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">Phone</th>
                  <th scope="col">To</th>
                  <th scope="col">Amount</th>
                  <th scope="col">How</th>
                  <th scope="col">State</th>
                  <th scope="col">Receipt</th>
                </tr>
              </thead>
              <tbody>
                ${payments.map(renderPayment)}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

function renderPayment(payment: CustomerPayment): Html {
  const { state, msisdn } = payment;
  const tone = state === "validating" ? "" : state === "completed" ? "good" : "bad";
  return html`<tr>
    <th scope="row">${toProviderTimestamp(payment.startedAtMs)}</th>
    <td><a href="/phone/${msisdn}">${toLocalNumber(msisdn)}</a></td>
    <td>${payment.shortcode}${payment.reference === "" ? "" : `, ${payment.reference}`}</td>
    <td>${toGroupedShillings(payment.amountCents)}</td>
    <td>${payment.via}</td>
    <td><span class="pill ${tone}">${stateOf(payment)}</span></td>
    <td>${payment.receipt}</td>
  </tr>`;
}

function stateOf({ state, refusalCode, reversedCents }: CustomerPayment): string {
  if (state === "refused") return `refused: ${refusalCode ?? ""}`;
  return reversedCents > 0n ? `reversed: ${toGroupedShillings(reversedCents)}` : state;
}
