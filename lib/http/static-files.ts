import type { IncomingMessage, ServerResponse } from "node:http";
import sirv from "sirv";
import { DAY_MS, SECOND_MS } from "@/lib/kit/time";

const PREFIX = "/_next/static/";
const YEAR_SECONDS = (365 * DAY_MS) / SECOND_MS;

/**
 * Serves the build's scripts and styles from `folder`, packed with Brotli or gzip by the build itself:
 * smaller than what can be packed while somebody waits, and at no cost per request. Their names change
 * with their content, so browsers keep them. False for anything that is not one of those files.
 */
export function staticFiles(
  folder: string,
): (incoming: IncomingMessage, outgoing: ServerResponse) => boolean {
  const serve = sirv(folder, {
    brotli: true,
    gzip: true,
    etag: true,
    immutable: true,
    maxAge: YEAR_SECONDS,
    setHeaders: (response) => {
      response.setHeader("x-content-type-options", "nosniff");
      response.setHeader("vary", "accept-encoding");
    },
  });
  return (incoming, outgoing) => {
    const { url } = incoming;
    if (!url?.startsWith(PREFIX)) return false;
    let served = true;
    incoming.url = url.slice(PREFIX.length - 1);
    serve(incoming, outgoing, () => {
      served = false;
    });
    incoming.url = url;
    return served;
  };
}
