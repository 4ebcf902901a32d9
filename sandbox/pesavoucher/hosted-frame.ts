import { html } from "hono/html";

import { renderPage, type Html } from "@/sandbox/pages/render-page";
import { HOSTED_STYLES } from "./hosted-styles";

/** The provider's page around some content, with the ribbon that says it is simulated. */
export function renderHosted(page: {
  title: string;
  content: Html;
  wide?: boolean;
  script?: string;
  refreshSeconds?: number;
  status?: number;
}): Promise<Response> {
  return renderPage({
    title: `${page.title} · PesaVoucher (simulated)`,
    styles: HOSTED_STYLES,
    script: page.script,
    refreshSeconds: page.refreshSeconds,
    status: page.status,
    content: html`<aside class="ribbon" aria-label="Notice">
        Simulated PesaVoucher: no real money moves. <a href="/help">What is this?</a>
      </aside>
      <header class="top">
        <div><span class="mark" aria-hidden="true">P</span> PesaVoucher</div>
      </header>
      <main class="${page.wide ? "two" : ""}">${page.content}</main>
      <footer>A sandbox for testing. Not affiliated with or run by PesaVoucher.</footer>`,
  });
}
