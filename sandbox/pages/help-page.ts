import { html } from "hono/html";

import { toGroupedShillings } from "@/sandbox/kit/money";
import { MAGIC_ENDINGS } from "@/sandbox/pesavoucher/magic";
import { listSeededVouchers } from "@/sandbox/pesavoucher/seed-vouchers";
import { settingsSchema } from "@/sandbox/settings";
import type { World } from "@/sandbox/world";
import { HELP_STYLES } from "./help-styles";
import { renderControlHelp } from "./help-control";
import { renderDarajaHelp } from "./help-daraja";
import { renderVoucherPayoutHelp } from "./help-voucher-payouts";
import { renderMagicTable } from "./magic-table";
import { renderPage, type Html } from "./render-page";

/** What the sandbox is, how to make it misbehave, and which of its answers are guesses. */
export function renderHelpPage(world: World, origin: string): Promise<Response> {
  const content = html`<aside class="ribbon" aria-label="Notice">
      A sandbox: no real provider, no real money
    </aside>
    <header class="top">
      <div>
        <h1>Payment sandbox</h1>
        <p>
          A simulated PesaVoucher and a simulated M-Pesa with virtual handsets. They speak the
          documented wire formats over real HTTP, keep their own books, and can lose, repeat, delay
          or damage anything on request.
        </p>
        <nav aria-label="Sandbox">
          <a href="${demoLink(world, origin)}">Try the hosted page</a>
          <a href="/phone/254712345678">Open a handset</a>
          <a href="/emails">E-mails sent</a>
          <a href="/activity">Activity and books</a>
        </nav>
      </div>
    </header>
    <main>
      ${renderMagic()} ${renderCodes(world)} ${renderPhones(world)} ${renderRedirect(world, origin)}
      ${renderApi(world, origin)} ${renderVoucherPayoutHelp(origin)}
      ${renderDarajaHelp(world, origin)} ${renderSettings(world)} ${renderControlHelp(origin)}
    </main>`;
  return renderPage({ title: "Payment sandbox: help", styles: HELP_STYLES, content });
}

function demoLink(world: World, origin: string): string {
  const own = world.merchants.own;
  const query = new URLSearchParams({
    merchant_id: own.id,
    amount: "500.00",
    currency: "KES",
    session_id: "help-page-demo",
    prefix: own.prefixes[0] ?? "",
    callback_url: `${origin}/activity/echo`,
    return_url: `${origin}/activity`,
    cancel_url: `${origin}/help`,
  });
  return `/pesavoucher/buy-voucher?${query.toString()}`;
}

function renderMagic(): Html {
  return html`<section id="magic">
    <h2>Magic numbers for vouchers</h2>
    <p>
      The last two digits of the paying phone choose what happens. The same endings work as an
      amount, whatever the phone: KES 9,0NN does what a phone ending NN does (KES 9,006 sends the
      callback twice). All are choices of this sandbox, not of the provider.
    </p>
    ${renderMagicTable(MAGIC_ENDINGS)}
    <p class="soft">
      Endings 05 and later wait for the PIN as usual. To combine, take a phone ending 00 (pays by
      itself) and a magic amount.
    </p>
  </section>`;
}

const CODE_MEANINGS = [
  "Can be redeemed by the shop under test",
  "Can be redeemed by the shop under test",
  "Has expired",
  "Was redeemed before",
  "Belongs to another merchant (“does not belong”)",
  "A payout code, for the customer's page alone (“only redeemable” for a shop)",
] as const;

function renderCodes(world: World): Html {
  const codes = listSeededVouchers(world.merchants, 0);
  return html`<section id="codes">
    <h2>Voucher codes to paste</h2>
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">Code</th>
          <th scope="col">Amount</th>
          <th scope="col">What it is for</th>
        </tr>
      </thead>
      <tbody>
        ${codes.map(
          (voucher, index) =>
            html`<tr>
              <th scope="row"><code>${voucher.code}</code></th>
              <td>KES ${toGroupedShillings(voucher.amountCents)}</td>
              <td>${CODE_MEANINGS[index] ?? ""}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="soft">They are fresh after every start and reset. Any other code is “not found”.</p>
  </section>`;
}

function renderPhones(world: World): Html {
  const { pin, handsetBalanceCents } = world.settings.current;
  return html`<section id="phones">
    <h2>Handsets</h2>
    <p>
      Every Kenyan mobile number is a phone here. PIN <code>${pin}</code>, KES
      ${toGroupedShillings(handsetBalanceCents)} to start with. Prompts slide up on its screen;
      confirmations arrive as text messages. A phone that is off, without signal or with an old SIM
      card shows no prompt; one with a locked PIN takes none.
    </p>
    <form class="inline" action="/phone" method="get">
      <label for="number"
        >Phone number<input id="number" name="number" type="tel" value="0712345678" required
      /></label>
      <button class="button" type="submit">Open the handset</button>
    </form>
  </section>`;
}

function renderRedirect(world: World, origin: string): Html {
  const own = world.merchants.own;
  return html`<section id="redirect">
    <h2>The hosted page</h2>
    <p>
      Send the browser to <code>${origin}/pesavoucher/buy-voucher</code> with these query
      parameters. One that is missing or wrong is named on an error page.
    </p>
    <ul>
      <li>
        <code>merchant_id</code> (<code>${own.id}</code>), <code>amount</code>,
        <code>currency</code> (<code>KES</code>), <code>session_id</code>, <code>prefix</code>
        (<code>${own.prefixes.join(", ")}</code>)
      </li>
      <li><code>callback_url</code>, <code>return_url</code>, <code>cancel_url</code></li>
      <li><code>user_ref</code>, if you like</li>
    </ul>
  </section>`;
}

function renderApi(world: World, origin: string): Html {
  return html`<section id="api">
    <h2>The PesaVoucher API</h2>
    <p>
      Base address <code>${origin}/pesavoucher/api/v1</code>: <code>POST /validate_voucher</code>,
      <code>POST /redeem_voucher</code>, <code>POST /check_payment_status</code>,
      <code>POST /create_voucher</code>, <code>GET /query_balance</code>. Keys go in
      <code>X-API-Key</code> and <code>X-API-Secret</code>, or, except for the balance, in the body.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Merchants">
      <table>
        <thead>
          <tr>
            <th scope="col">Merchant</th>
            <th scope="col">Prefix</th>
            <th scope="col">Key</th>
            <th scope="col">Secret</th>
          </tr>
        </thead>
        <tbody>
          ${world.merchants.all.map(
            (merchant) =>
              html`<tr>
                <th scope="row">
                  ${merchant.name}${merchant.hasAccount ? "" : " (no account: 404)"}
                </th>
                <td>${merchant.prefixes.join(", ")}</td>
                <td><code>${merchant.apiKey}</code></td>
                <td><code>${merchant.apiSecret}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function renderSettings(world: World): Html {
  const current = new Map(Object.entries(world.settings.current));
  return html`<section id="settings">
    <h2>Settings</h2>
    <p>
      Where the provider's documents are silent, the sandbox had to choose. Each choice is a switch;
      none of them is a fact about the provider. Change them with
      <code>PATCH /_control/settings</code>.
    </p>
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Now</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${Object.entries(settingsSchema.shape).map(
          ([name, schema]) =>
            html`<tr>
              <th scope="row"><code>${name}</code></th>
              <td><code>${showValue(current.get(name))}</code></td>
              <td>${withCode(schema.description ?? "")}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** Turns `words in backticks` into code. */
function withCode(text: string): (Html | string)[] {
  return text
    .split("`")
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}

function showValue(value: unknown): string {
  return typeof value === "bigint" ? value.toString() : JSON.stringify(value);
}
