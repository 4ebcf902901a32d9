import { html } from "hono/html";

import { toGroupedShillings } from "@/sandbox/kit/money";
import { toLocalNumber } from "@/sandbox/kit/msisdn";
import { toClockTime } from "@/sandbox/kit/nairobi-time";
import { renderPage, type Html } from "@/sandbox/pages/render-page";
import { handsetQuery, type HandsetSetting } from "./handset-query";
import { HANDSET_SCRIPT } from "./handset-script";
import { HANDSET_STYLES } from "./handset-styles";
import type { Handset, Prompt, Sms } from "./phone-network";

export type HandsetView = HandsetSetting & {
  handset: Handset;
  prompt: Prompt | undefined;
  nowMs: number;
  pin: string;
  pinTries: number;
  /** Whether its owner can pay a business on a menu of its own. */
  hasMenu: boolean;
};

const BANNER_MS = 12_000;

/** The whole handset page: the phone, and what can be done to it. */
export function renderHandsetPage(view: HandsetView): Promise<Response> {
  const ribbon = html`<aside class="ribbon" aria-label="Notice">
    A simulated phone: no real network, no real money. <a href="/help">What is this?</a>
  </aside>`;
  return renderPage({
    title: `Phone ${toLocalNumber(view.handset.msisdn)} (simulated)`,
    styles: HANDSET_STYLES,
    script: HANDSET_SCRIPT,
    bodyClass: view.embed ? "embed" : "",
    // A page that reloads under somebody typing a PIN would eat the PIN.
    refreshSeconds: view.prompt ? undefined : 3,
    content: html`${view.embed ? "" : ribbon}
      <main
        class="desk"
        aria-label="Phone ${toLocalNumber(view.handset.msisdn)}"
        data-handset="${view.handset.msisdn}"
        data-query="${handsetQuery(view)}"
        data-version="${view.handset.version}"
      >
        ${renderHandset(view)}
      </main>`,
  });
}

/** The part that is redrawn when something happens on the phone. */
export function renderHandset(view: HandsetView): Html {
  const { handset } = view;
  return html`<div class="phone">
      ${handset.poweredOn ? renderScreen(view) : renderDarkScreen()}
    </div>
    <div class="controls">
      ${view.back && (view.prompt || !handset.poweredOn) ? html`<a class="button" href="${view.back}">Back to the payment page</a>` : ""}
      <form method="post" action="/phone/${handset.msisdn}/power${handsetQuery(view)}">
        <input type="hidden" name="on" value="${handset.poweredOn ? "0" : "1"}" />
        <button class="button quiet" type="submit">
          ${handset.poweredOn ? "Switch the phone off" : "Switch the phone on"}
        </button>
      </form>
      ${renderConditions(view)}
      <p class="about">A phone that cannot show a prompt gets none; the payment then times out.</p>
    </div>`;
}

const CONDITIONS = [
  {
    name: "reachable",
    whenTrue: "Go where there is no signal",
    whenFalse: "Go back to the signal",
  },
  { name: "simTooOld", whenTrue: "Put in a new SIM card", whenFalse: "Put in an old SIM card" },
  { name: "pinLocked", whenTrue: "Unlock the M-Pesa PIN", whenFalse: "Lock the M-Pesa PIN" },
] as const;

function renderConditions(view: HandsetView): Html {
  const { handset } = view;
  const isChanged = !handset.reachable || handset.simTooOld || handset.pinLocked;
  return html`<details ${isChanged ? "open" : ""}>
    <summary>More about this phone</summary>
    <div class="conditions">
      ${CONDITIONS.map(
        ({ name, whenTrue, whenFalse }) =>
          html`<form
            method="post"
            action="/phone/${handset.msisdn}/conditions${handsetQuery(view)}"
          >
            <input type="hidden" name="${name}" value="${handset[name] ? "0" : "1"}" />
            <button class="button quiet" type="submit">
              ${handset[name] ? whenTrue : whenFalse}
            </button>
          </form>`,
      )}
    </div>
  </details>`;
}

function renderDarkScreen(): Html {
  return html`<div class="screen off">
    <div>
      <h1>Phone is off</h1>
      <p>No battery, no signal, no prompts.</p>
    </div>
  </div>`;
}

function renderScreen(view: HandsetView): Html {
  const { handset, prompt } = view;
  const newest = handset.messages.at(-1);
  // A message is on the banner first and joins the thread with the next redraw after it.
  const showBanner = !prompt && newest !== undefined && view.nowMs - newest.atMs < BANNER_MS;
  const listed = (showBanner ? handset.messages.slice(0, -1) : handset.messages).toReversed();
  return html`<div class="screen">
    <div class="status" aria-hidden="true">
      <b>${toClockTime(view.nowMs)}</b>
      <span
        >${handset.reachable ? html`<span class="bars"><i></i><i></i><i></i><i></i></span>4G` : "No service"}
        <span class="battery"><i></i></span
      ></span>
    </div>
    <div class="who">
      <div>
        <h1>Messages</h1>
        <p>${toLocalNumber(handset.msisdn)}</p>
      </div>
      ${view.hasMenu ? html`<a href="/phone/${handset.msisdn}/lipa${handsetQuery(view)}">Lipa na M-PESA</a>` : ""}
    </div>
    ${showBanner ? renderBanner(newest) : ""}
    <ol class="thread" aria-label="Text messages, newest first" tabindex="0">
      ${
        listed.length === 0 && !showBanner
          ? html`<li class="empty">No messages yet. M-Pesa confirmations arrive here.</li>`
          : listed.map(renderSms)
      }
    </ol>
    ${view.back && !prompt ? html`<a class="button onscreen" href="${view.back}">Back to the payment page</a>` : ""}
    <div class="balance">
      <span>M-Pesa balance</span>
      <strong>KSh ${toGroupedShillings(handset.balanceCents)}</strong>
    </div>
    ${prompt ? renderSheet(prompt, view) : ""}
  </div>`;
}

function renderSms(sms: Sms): Html {
  return html`<li>
    <b><span>${sms.from}</span><span>${toClockTime(sms.atMs)}</span></b
    >${sms.text}
  </li>`;
}

function renderBanner(sms: Sms): Html {
  const failed = sms.text.startsWith("Failed");
  return html`<div class="banner ${failed ? "bad" : ""}" role="status">
    <b>${sms.from}</b>${sms.text}
  </div>`;
}

const PAD_KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

// Cancel has a form of its own: Enter in the PIN field presses the first button of the field's form.
function renderSheet(prompt: Prompt, view: HandsetView): Html {
  const path = `/phone/${prompt.msisdn}/prompts/${prompt.id}`;
  const query = handsetQuery(view);
  const isRetry = prompt.triesLeft < view.pinTries;
  return html`<div class="shade" aria-hidden="true"></div>
    <form
      class="sheet"
      method="post"
      action="${path}/pin${query}"
      aria-labelledby="ask-title"
      autocomplete="off"
    >
      <h2 id="ask-title">M-PESA</h2>
      ${renderQuestion(prompt)}
      ${
        isRetry
          ? html`<p class="wrong" role="alert" id="pin-wrong">
              Wrong PIN. ${prompt.triesLeft} ${prompt.triesLeft === 1 ? "try" : "tries"} left.
            </p>`
          : ""
      }
      <label for="pin">M-PESA PIN</label>
      <input
        id="pin"
        name="pin"
        type="password"
        inputmode="numeric"
        pattern="[0-9]*"
        maxlength="4"
        autocomplete="off"
        aria-describedby="${isRetry ? "pin-wrong pin-hint" : "pin-hint"}"
      />
      <div class="pad" aria-hidden="true">
        ${PAD_KEYS.map((key) => padKey(key, key))} ${padKey("clear", "C")} ${padKey("0", "0")}
        ${padKey("back", "⌫")}
      </div>
      <div class="choices">
        <button type="submit" form="cancel-prompt">Cancel</button>
        <button type="submit" class="send">Send</button>
      </div>
      <small id="pin-hint">The demo PIN is ${view.pin}.</small>
    </form>
    <form id="cancel-prompt" method="post" action="${path}/cancel${query}"></form>`;
}

function renderQuestion(prompt: Prompt): Html {
  // What a PayBill or a till asks is shown word for word, for its length has a limit.
  if (prompt.asks !== "hosted") return html`<p class="ask">${prompt.question}</p>`;
  return html`<p class="ask">
    Do you want to pay <b>KSh ${toGroupedShillings(prompt.amountCents)}</b> to
    <b>${prompt.business}</b>, account <b>${prompt.reference}</b>?
  </p>`;
}

function padKey(key: string, label: string): Html {
  return html`<button type="button" tabindex="-1" data-key="${key}">${label}</button>`;
}
