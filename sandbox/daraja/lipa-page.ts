import { html } from "hono/html";

import { toLocalNumber } from "@/sandbox/kit/msisdn";
import { toGroupedShillings } from "@/sandbox/kit/money";
import { renderPage, type Html } from "@/sandbox/pages/render-page";
import { handsetQuery, type HandsetSetting } from "@/sandbox/phone/handset-query";
import { HANDSET_STYLES } from "@/sandbox/phone/handset-styles";
import type { World } from "@/sandbox/world";
import { LIPA_STYLES } from "./lipa-styles";
import type { BusinessRefusal } from "./pay-business";

export type LipaFields = { business: string; account: string; amount: string };

type Refusal = Exclude<BusinessRefusal, "no_funds">;
type FieldName = keyof LipaFields | "pin";
type LipaView = HandsetSetting & { msisdn: string; fields: LipaFields; refusal?: Refusal };

const REFUSALS: Readonly<Record<Refusal, { field: FieldName | null; words: string }>> = {
  unknown_business: { field: "business", words: "No business has this number." },
  bad_reference: {
    field: "account",
    words: "A Pay Bill needs an account number, of at most 20 characters.",
  },
  bad_amount: { field: "amount", words: "Whole shillings only, from 1 to 250,000." },
  wrong_pin: { field: "pin", words: "Wrong PIN." },
  pin_locked: { field: "pin", words: "The M-Pesa PIN of this phone is locked." },
  phone_off: { field: null, words: "The phone is switched off." },
  no_service: { field: null, words: "There is no signal where the phone is." },
};

/** The form on which the owner of a phone pays a Pay Bill or a till, asked by nobody. */
export function renderLipaPage(world: World, view: LipaView): Promise<Response> {
  const { msisdn } = view;
  const title = `Lipa na M-PESA, phone ${toLocalNumber(msisdn)} (simulated)`;
  const ribbon = html`<aside class="ribbon" aria-label="Notice">
    A simulated phone: no real network, no real money. <a href="/help">What is this?</a>
  </aside>`;
  return renderPage({
    title,
    styles: HANDSET_STYLES + LIPA_STYLES,
    bodyClass: view.embed ? "embed" : "",
    content: html`${view.embed ? "" : ribbon}
      <main class="desk" aria-label="${title}">
        <div class="phone">
          <div class="screen menu">${renderForm(world, view)}</div>
        </div>
      </main>`,
  });
}

function renderForm(world: World, view: LipaView): Html {
  const { msisdn, fields } = view;
  const { balanceCents } = world.phones.handset(msisdn);
  const query = handsetQuery(view);
  const refusal = view.refusal && REFUSALS[view.refusal];
  return html`<form
    method="post"
    action="/phone/${msisdn}/lipa${query}"
    aria-labelledby="lipa-title"
    autocomplete="off"
  >
    <h1 id="lipa-title">Lipa na M-PESA</h1>
    <p>
      Pay Bill, or Buy Goods with a till number. Balance: KSh ${toGroupedShillings(balanceCents)}
    </p>
    ${refusal && refusal.field === null ? html`<p class="wrong" role="alert">${refusal.words}</p>` : ""}
    ${renderField(view, { name: "business", label: "Business or till number", value: fields.business, numeric: true })}
    ${renderField(view, { name: "account", label: "Account number", value: fields.account, hint: "A till has none: leave it empty." })}
    ${renderField(view, { name: "amount", label: "Amount (KSh)", value: fields.amount, numeric: true })}
    ${renderField(view, { name: "pin", label: "M-PESA PIN", value: "", numeric: true, hint: `The demo PIN is ${world.settings.current.pin}.` })}
    <div class="choices">
      <a href="/phone/${msisdn}${query}">Cancel</a>
      <button type="submit" class="send">Pay</button>
    </div>
  </form>`;
}

function renderField(
  view: LipaView,
  field: { name: FieldName; label: string; value: string; numeric?: true; hint?: string },
): Html {
  const { name, hint } = field;
  const refusal = view.refusal && REFUSALS[view.refusal];
  const wrong = refusal?.field === name ? refusal.words : undefined;
  const described = [wrong && `${name}-wrong`, hint && `${name}-hint`].filter(Boolean).join(" ");
  const isPin = name === "pin";
  return html`<div class="field">
    <label for="${name}">${field.label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${isPin ? "password" : "text"}"
      inputmode="${field.numeric ? "numeric" : "text"}"
      maxlength="${isPin ? "4" : "20"}"
      value="${field.value}"
      autocomplete="off"
      ${wrong ? html`aria-invalid="true" autofocus` : ""}
      ${described ? html`aria-describedby="${described}"` : ""}
    />
    ${wrong ? html`<p class="wrong" role="alert" id="${name}-wrong">${wrong}</p>` : ""}
    ${hint ? html`<small id="${name}-hint">${hint}</small>` : ""}
  </div>`;
}
