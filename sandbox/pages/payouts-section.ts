import { html } from "hono/html";

import type { Payout } from "@/sandbox/daraja/payout";
import { toGroupedShillings } from "@/sandbox/kit/money";
import { toLocalNumber } from "@/sandbox/kit/msisdn";
import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import type { World } from "@/sandbox/world";
import type { Html } from "./render-page";

const ROWS = 30;
const TONES = { pending: "", completed: "good", failed: "bad" } as const;

/** The newest M-Pesa payouts, each with a way to the phone it went to. */
export function renderPayouts(world: World): Html {
  const payouts = world.payouts.all().slice(-ROWS).reverse();
  return html`<section id="payouts">
    <h2>M-Pesa payouts</h2>
    ${
      payouts.length === 0
        ? html`<p class="soft">None yet. A withdrawal to M-Pesa appears here.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="M-Pesa payouts">
            <table>
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">Phone</th>
                  <th scope="col">Amount</th>
                  <th scope="col">Result</th>
                  <th scope="col">Receipt</th>
                  <th scope="col">OriginatorConversationID</th>
                </tr>
              </thead>
              <tbody>
                ${payouts.map(renderPayout)}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

function renderPayout(payout: Payout): Html {
  const result =
    payout.state === "pending" ? "pending" : `${payout.resultCode}: ${payout.resultDesc}`;
  return html`<tr>
    <th scope="row">${toProviderTimestamp(payout.createdAtMs)}</th>
    <td><a href="/phone/${payout.msisdn}">${toLocalNumber(payout.msisdn)}</a></td>
    <td>${toGroupedShillings(payout.amountCents)}</td>
    <td><span class="pill ${TONES[payout.state]}">${result}</span></td>
    <td>${payout.receipt ?? ""}</td>
    <td><code>${payout.originatorConversationId}</code></td>
  </tr>`;
}
