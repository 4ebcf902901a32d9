import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Nothing on these pages comes from anywhere else, and the browser is told to hold them to it. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'";

/** One complete page: own styles, no outside resources, readable without scripts. */
export async function renderPage(page: {
  title: string;
  styles: string;
  content: Html;
  bodyClass?: string | undefined;
  script?: string | undefined;
  /** Without scripts, load the page again after so many seconds. */
  refreshSeconds?: number | undefined;
  status?: number | undefined;
}): Promise<Response> {
  const refresh = page.refreshSeconds
    ? html`<noscript><meta http-equiv="refresh" content="${page.refreshSeconds}" /></noscript>`
    : "";
  const document = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${page.title}</title>
        ${refresh}
        <style>
          ${raw(page.styles)}
        </style>
      </head>
      <body class="${page.bodyClass ?? ""}">
        ${page.content}
        ${
          page.script
            ? html`<script>
                ${raw(page.script)};
              </script>`
            : ""
        }
      </body>
    </html>`;
  return new Response(document.toString(), {
    status: page.status ?? 200,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      "Content-Security-Policy": CONTENT_SECURITY_POLICY,
      "Referrer-Policy": "no-referrer",
    },
  });
}

/** Sends the browser to another address with a fresh GET. */
export function seeOther(location: string): Response {
  return new Response(null, {
    status: 303,
    headers: { Location: location, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" },
  });
}
