import { createHmac } from "node:crypto";

import type { Settings } from "@/sandbox/settings";

/** The headers of a callback. The provider documents the source header and no signature. */
export function sourceHeaders(
  body: string,
  settings: Readonly<Settings>,
  omitSourceHeader = false,
): Record<string, string> {
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    "User-Agent": "PesaVoucher-Sandbox",
  };
  if (!omitSourceHeader) headers["X-Callback-Source"] = "Pesavoucher";
  if (settings.callbackHmacSecret !== null) {
    const digest = createHmac("sha256", settings.callbackHmacSecret).update(body).digest("hex");
    headers["X-Sandbox-Signature"] = `sha256=${digest}`;
  }
  return headers;
}
