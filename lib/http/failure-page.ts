import type { ServerResponse } from "node:http";
import { ERROR_WORDS } from "@/lib/i18n/error-words";
import { LOCALES } from "@/lib/i18n/locales";

const STYLE = `body{margin:0 auto;max-width:30rem;padding:2rem 1rem;font:1rem/1.5 system-ui,sans-serif;
color:#10201a;background:#fff}h1{font-size:1.25rem;margin:1.5rem 0 .25rem}p{margin:0}a{display:block;
margin-top:2rem;padding:.75rem;border-radius:10px;background:#0b6b3a;color:#fff;text-align:center;font-weight:600}
@media(prefers-color-scheme:dark){body{color:#eaf0ec;background:#0e1210}a{background:#3ccb7f;color:#06110b}}`;

const PAGE = Buffer.from(
  `<!doctype html><html lang="en"><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><title>Malipo</title>` +
    `<style>${STYLE.replaceAll("\n", "")}</style><main>` +
    LOCALES.map((locale) => {
      const { title, body } = ERROR_WORDS[locale];
      return `<section lang="${locale}"><h1>${title}</h1><p>${body}</p></section>`;
    }).join("") +
    `<a href="">${LOCALES.map((locale) => ERROR_WORDS[locale].retry).join(" · ")}</a></main></html>`,
);

/**
 * Puts a whole page in the place of the empty one that Next sends when a page breaks: its own words
 * arrive by script, so without scripts a customer would look at nothing. It says what happened to the money, in
 * both languages, and offers another try. Anything but a broken page passes unchanged.
 */
export function replaceBrokenPage(outgoing: ServerResponse): void {
  const { flushHeaders, write, end } = outgoing;
  let replaced = false;
  const isBroken = () => {
    if (replaced) return true;
    const type = String(outgoing.getHeader("content-type") ?? "");
    if (outgoing.statusCode !== 500 || outgoing.headersSent || !type.startsWith("text/html")) {
      return false;
    }
    replaced = true;
    outgoing.removeHeader("content-encoding");
    outgoing.setHeader("content-length", PAGE.length);
    end.call(outgoing, PAGE, "utf8");
    return true;
  };
  Object.assign(outgoing, {
    // Next sends its headers before its page, and with them it would be too late.
    flushHeaders: () => {
      if (!isBroken()) flushHeaders.call(outgoing);
    },
    write: (...parts: Parameters<typeof write>) => isBroken() || write.apply(outgoing, parts),
    end: (...parts: Parameters<typeof end>) => (isBroken() ? outgoing : end.apply(outgoing, parts)),
  });
}
