import { html } from "hono/html";
import type { Html } from "./render-page";

/** The endings of a phone, or of an amount, that choose what happens, with an example of each. */
export function renderMagicTable(
  endings: readonly { readonly suffix: string; readonly title: string }[],
): Html {
  return html`<table class="stack">
    <thead>
      <tr>
        <th scope="col">Ending</th>
        <th scope="col">What happens</th>
        <th scope="col">For example</th>
      </tr>
    </thead>
    <tbody>
      ${endings.map(
        (magic) =>
          html`<tr>
            <th scope="row">…${magic.suffix}</th>
            <td>${magic.title}</td>
            <td>
              <code>07000000${magic.suffix}</code>${
                magic.suffix === "00" ? "" : html` or <code>KES 9,0${magic.suffix}</code>`
              }
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
