import { env } from "@/lib/env";

/** Said with every answer. Voucher codes pass through addresses, so no page tells where one came from. */
export const SECURITY_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ["referrer-policy", "no-referrer"],
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
];

/**
 * What a page may load and where it may send: itself, and scripts that carry this answer's nonce. Forms
 * may also end at the hosted page, because the deposit form is redirected there.
 */
export function contentSecurityPolicy(nonce: string): string {
  const hostedPage = new URL(env().pesavoucher.appUrl).origin;
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${env().hotReload ? " 'unsafe-eval'" : ""}`,
    // The stylesheet travels inside the page, and React writes that element without its nonce. A style
    // can fetch nothing from elsewhere: images, fonts and connections are ours alone.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    `form-action 'self' ${hostedPage}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
  ].join("; ");
}
