import { html } from "hono/html";

import { toGroupedShillings } from "@/sandbox/kit/money";
import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import { renderPage, type Html } from "@/sandbox/pages/render-page";
import type { World } from "@/sandbox/world";
import { EMAIL_STYLES } from "./email-styles";
import type { SentEmail } from "./mailbox";

const ROWS = 100;

/** Every e-mail the simulated provider sent, newest first. */
export function renderEmailList(world: World): Promise<Response> {
  const emails = world.mailbox.list().slice(-ROWS).reverse();
  return renderFrame({
    title: "E-mails sent",
    lead: "What customers would find in their inbox. Nothing here ever leaves this machine.",
    content: html`<section id="emails">
      <h2>Newest first</h2>
      ${
        emails.length === 0
          ? html`<p class="soft">
              None yet. A voucher sent to a customer with <code>create_voucher</code> appears here.
            </p>`
          : html`<ul class="inbox">
              ${emails.map((email) => renderRow(world, email))}
            </ul>`
      }
    </section>`,
  });
}

function renderRow(world: World, email: SentEmail): Html {
  const voucher = world.vouchers.find(email.code);
  const state = voucher ? world.vouchers.stateOf(voucher) : "gone";
  const word = state === "active" ? "not redeemed yet" : state;
  return html`<li>
    <a href="/emails/${email.id}">
      <strong>${email.subject}</strong>
      <span class="soft">To ${email.to}, ${toProviderTimestamp(email.atMs)}</span>
      <span class="pill ${state === "redeemed" ? "good" : ""}">${word}</span>
    </a>
  </li>`;
}

/** One e-mail as its addressee would see it. */
export function renderEmail(email: SentEmail): Promise<Response> {
  const amount = toGroupedShillings(email.amountCents);
  return renderFrame({
    title: "An e-mail",
    lead: "As the customer would see it. It was never really sent.",
    bodyClass: "mail-page",
    content: html`<section aria-label="E-mail">
      <div class="letterhead">
        <h2>${email.subject}</h2>
        <dl>
          <dt>From</dt>
          <dd>PesaVoucher (simulated)</dd>
          <dt>To</dt>
          <dd>${email.to}</dd>
          <dt>Sent</dt>
          <dd>${toProviderTimestamp(email.atMs)}</dd>
        </dl>
      </div>
      <article class="mail">
        <p class="brand"><span class="mark" aria-hidden="true">P</span> PesaVoucher</p>
        <p class="sender">${email.from} sent you a voucher</p>
        <p class="sum"><small>KES</small>${amount}</p>
        ${email.message === null ? "" : html`<blockquote>${email.message}</blockquote>`}
        <div class="ticket">
          <span>Voucher code</span>
          <code data-voucher-code>${email.code}</code>
        </div>
        <a class="redeem" href="/pesavoucher/redeem?code=${encodeURIComponent(email.code)}"
          >Redeem KES ${amount}</a
        >
        <hr />
        <p class="small-print">
          Button does not work? Open <a href="/pesavoucher/redeem">the redemption page</a> and type
          the code. Whoever has the code has the money: do not show it to anybody.
        </p>
      </article>
    </section>`,
  });
}

/** The page for an e-mail nobody sent. */
export function renderNoEmail(): Promise<Response> {
  return renderFrame({
    title: "No such e-mail",
    lead: "The sandbox forgets everything when it is restarted or reset.",
    status: 404,
    content: html`<section>
      <p>Look in <a href="/emails">the list of e-mails</a>.</p>
    </section>`,
  });
}

function renderFrame(page: {
  title: string;
  lead: string;
  content: Html;
  bodyClass?: string;
  status?: number;
}): Promise<Response> {
  return renderPage({
    title: `${page.title} · sandbox`,
    styles: EMAIL_STYLES,
    bodyClass: page.bodyClass,
    status: page.status,
    content: html`<aside class="ribbon" aria-label="Notice">
        A sandbox: no real provider, no real money
      </aside>
      <header class="top">
        <div>
          <h1>${page.title}</h1>
          <p>${page.lead}</p>
          <nav aria-label="Sandbox">
            <a href="/emails">All e-mails</a>
            <a href="/activity">Activity and books</a>
            <a href="/help">Help</a>
          </nav>
        </div>
      </header>
      <main>${page.content}</main>`,
  });
}
