import { html } from "hono/html";

import type { CallbackRecord } from "@/sandbox/callbacks/outbox";
import { viewLedger } from "@/sandbox/control/view-ledger";
import { viewMpesaLedger } from "@/sandbox/control/view-mpesa-ledger";
import { toGroupedShillings } from "@/sandbox/kit/money";
import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import type { Voucher } from "@/sandbox/pesavoucher/voucher-store";
import type { World } from "@/sandbox/world";
import { HELP_STYLES } from "./help-styles";
import { renderCustomerPayments } from "./customer-payments-section";
import { renderPayouts } from "./payouts-section";
import { renderPushes } from "./pushes-section";
import { renderPage, type Html } from "./render-page";

const ROWS = 30;

/** What has happened lately: books, callbacks with a button to send them again, vouchers. */
export function renderActivityPage(world: World): Promise<Response> {
  return renderPage({
    title: "Sandbox activity",
    styles: HELP_STYLES,
    content: html`<aside class="ribbon" aria-label="Notice">
        A sandbox: no real provider, no real money
      </aside>
      <header class="top">
        <div>
          <h1>Activity and books</h1>
          <p>What the simulated provider has done since it was started or reset.</p>
          <nav aria-label="Sandbox">
            <a href="/activity">Refresh</a>
            <a href="/emails">E-mails sent</a>
            <a href="/help">Help</a>
          </nav>
        </div>
      </header>
      <main>
        ${renderBooks(world)} ${renderCallbacks(world)} ${renderPushes(world)}
        ${renderCustomerPayments(world)} ${renderPayouts(world)} ${renderVouchers(world)}
      </main>`,
  });
}

function renderBooks(world: World): Html {
  const { merchants } = viewLedger(world, { limit: 0 });
  return html`<section id="books">
    <h2>Books</h2>
    ${merchants.map(
      (books) =>
        html`<h3>${books.name}</h3>
          <dl class="stats">
            ${figure("Wallet", books.walletCents)} ${figure("Float", books.floatCents)}
            ${figure("Taken from customers", books.takenCents)}
            ${figure(`Redeemed (${books.redeemedCount})`, books.redeemedCents)}
            ${figure(`Not redeemed (${books.outstandingCount})`, books.outstandingCents)}
            ${figure(`Sent to customers (${books.payoutsCount})`, books.payoutsCents)}
            ${figure(`They redeemed (${books.payoutsRedeemedCount})`, books.payoutsRedeemedCents)}
          </dl>`,
    )}
    ${viewMpesaLedger(world, 0).organisations.map(
      (books) =>
        html`<h3>${books.name}, M-Pesa payouts ${books.shortcode}</h3>
          <dl class="stats">
            ${figure("Utility account", books.utilityCents)}
            ${figure("Working account", books.workingCents)}
            ${figure("Charges paid account", books.chargesCents)}
            ${figure(`Paid out (${books.paidOutCount})`, books.paidOutCents)}
          </dl>`,
    )}
    ${viewMpesaLedger(world, 0).shortcodes.map(
      (books) =>
        html`<h3>${books.name}, M-Pesa ${books.kind} ${books.shortcode}</h3>
          <dl class="stats">
            ${figure(`Received (${books.receivedCount})`, books.receivedCents)}
            ${figure(`Reversed (${books.reversedCount})`, books.reversedCents)}
          </dl>`,
    )}
  </section>`;
}

function figure(name: string, cents: bigint): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${toGroupedShillings(cents)}</dd>
  </div>`;
}

function renderCallbacks(world: World): Html {
  const records = [...world.outbox.list()].slice(-ROWS).reverse();
  return html`<section id="callbacks">
    <h2>Callbacks</h2>
    ${
      records.length === 0
        ? html`<p class="soft">None yet. Buy a voucher and its callback appears here.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="Callbacks">
            <table>
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">Kind</th>
                  <th scope="col">State</th>
                  <th scope="col">Answers</th>
                  <th scope="col">To</th>
                  <th scope="col"><span class="hidden-label">Actions</span></th>
                </tr>
              </thead>
              <tbody>
                ${records.map(renderCallback)}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

function renderCallback(record: CallbackRecord): Html {
  const answers = record.attempts.map((attempt) =>
    attempt.status === 0
      ? (attempt.error ?? "no answer")
      : `${attempt.status} in ${attempt.durationMs} ms`,
  );
  const tone = { delivered: "good", failed: "bad", dropped: "bad" }[String(record.state)] ?? "";
  const isWaiting = ["held", "scheduled", "awaiting_return", "dropped"].includes(record.state);
  return html`<tr>
    <th scope="row">${toProviderTimestamp(record.createdAtMs)}</th>
    <td>${record.kind}</td>
    <td><span class="pill ${tone}">${record.state.replace("_", " ")}</span></td>
    <td>${answers.length === 0 ? "not sent" : answers.join(", ")}</td>
    <td><code>${record.url}</code></td>
    <td>
      <form
        method="post"
        action="/activity/callbacks/${record.id}/${isWaiting ? "release" : "resend"}"
      >
        <button class="small" type="submit">${isWaiting ? "Send now" : "Send again"}</button>
      </form>
    </td>
  </tr>`;
}

function renderVouchers(world: World): Html {
  const vouchers = [...world.vouchers.all()].slice(-ROWS).reverse();
  return html`<section id="vouchers">
    <h2>Vouchers</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Vouchers">
      <table>
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col">Amount</th>
            <th scope="col">State</th>
            <th scope="col">Redeemed by</th>
          </tr>
        </thead>
        <tbody>
          ${vouchers.map(
            (voucher) =>
              html`<tr>
                <th scope="row">${renderCode(world, voucher)}</th>
                <td>${toGroupedShillings(voucher.amountCents)}</td>
                <td>
                  <span class="pill ${world.vouchers.stateOf(voucher) === "active" ? "good" : ""}"
                    >${world.vouchers.stateOf(voucher)}${voucher.kind === "payout" ? ", payout" : ""}</span
                  >
                </td>
                <td>${voucher.redeemedBy ?? ""}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** A code its customer can still redeem leads to the page that does it. */
function renderCode(world: World, voucher: Voucher): Html {
  const code = html`<code>${voucher.code}</code>`;
  const isOpen = voucher.kind === "payout" && world.vouchers.stateOf(voucher) === "active";
  return isOpen ? html`<a href="/pesavoucher/redeem?code=${voucher.code}">${code}</a>` : code;
}
