import { html } from "hono/html";

import type { Push } from "@/sandbox/daraja/push";
import { toGroupedShillings } from "@/sandbox/kit/money";
import { toLocalNumber } from "@/sandbox/kit/msisdn";
import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import type { World } from "@/sandbox/world";
import type { Html } from "./render-page";

const ROWS = 30;

/** The newest M-Pesa pushes, each with a way to the phone it went to. */
export function renderPushes(world: World): Html {
  const pushes = [...world.pushes.all()].slice(-ROWS).reverse();
  return html`<section id="pushes">
    <h2>M-Pesa pushes</h2>
    ${
      pushes.length === 0
        ? html`<p class="soft">None yet. A deposit with M-Pesa appears here.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="M-Pesa pushes">
            <table>
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">Phone</th>
                  <th scope="col">To</th>
                  <th scope="col">Amount</th>
                  <th scope="col">Result</th>
                  <th scope="col">Receipt</th>
                </tr>
              </thead>
              <tbody>
                ${pushes.map(renderPush)}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

function renderPush(push: Push): Html {
  const tone = push.state === "open" ? "" : push.resultCode === "0" ? "good" : "bad";
  const result =
    push.state === "open" ? "open" : `${push.resultCode ?? ""}: ${push.resultDesc ?? ""}`;
  return html`<tr>
    <th scope="row">${toProviderTimestamp(push.createdAtMs)}</th>
    <td><a href="/phone/${push.msisdn}">${toLocalNumber(push.msisdn)}</a></td>
    <td>${push.shortcode}, ${push.accountReference}</td>
    <td>${toGroupedShillings(push.amountCents)}</td>
    <td><span class="pill ${tone}">${result}</span></td>
    <td>${push.receipt ?? ""}</td>
  </tr>`;
}
