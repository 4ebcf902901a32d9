import { headers } from "next/headers";
import { z } from "zod";
import { decrypt, encrypt } from "@/lib/crypto";
import { MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { cookieHeader, readCookie } from "./cookies";

const LIFETIME_MS = 5 * MINUTE_MS;
const VALUE_CHARS_MAX = 240;
const VALUES_MAX = 10;

const Flash = z.object({
  /** Which form it belongs to, for pages with several. */
  form: z.string(),
  /** Field name → problem code, for `problems.<field>.<code>`. */
  fields: z.record(z.string(), z.string()),
  /** Field name → what was typed, so that nobody types it again. Never holds a password. */
  values: z.record(z.string(), z.string()),
  /** What is wrong with the whole form, for `errors.<code>`; null when the fields say it all. */
  error: z.object({ code: z.string(), details: z.record(z.string(), z.string()) }).nullable(),
  /** The customer's own earlier payment that the problem is about, or null. */
  paymentId: z.string().nullable(),
});
export type Flash = z.infer<typeof Flash>;

const SealedFlash = Flash.extend({ id: z.string(), expiresAtMs: z.number() });

/** Field names whose text never leaves the request it came in. */
const NEVER_KEPT = new Set(["password", "csrf"]);

/**
 * Makes a redirect carry a form's problems and typed values to the page it leads to: an encrypted
 * cookie that lasts minutes, and `?flash=<id>` in the address that says the cookie is meant. Works
 * without scripts. Returns the same response.
 */
export function setFlash(
  response: Response,
  flash: {
    form: string;
    fields?: Readonly<Record<string, string>>;
    values?: Readonly<Record<string, string>>;
    error?: { code: string; details?: Readonly<Record<string, string>> } | null;
    paymentId?: string;
  },
  now: Date = new Date(),
): Response {
  const id = crypto.randomUUID().slice(0, 8);
  const kept = Object.entries(flash.values ?? {})
    .filter(([name]) => !NEVER_KEPT.has(name))
    .slice(0, VALUES_MAX)
    .map(([name, value]) => [name, value.slice(0, VALUE_CHARS_MAX)]);
  const sealed: z.infer<typeof SealedFlash> = {
    id,
    expiresAtMs: now.getTime() + LIFETIME_MS,
    form: flash.form,
    fields: { ...flash.fields },
    values: Object.fromEntries(kept),
    paymentId: flash.paymentId ?? null,
    error: flash.error ? { code: flash.error.code, details: { ...flash.error.details } } : null,
  };
  const cookie = Buffer.from(encrypt(Buffer.from(JSON.stringify(sealed)))).toString("base64url");
  response.headers.append("set-cookie", cookieHeader("flash", cookie, LIFETIME_MS / SECOND_MS));
  response.headers.set("location", withFlashId(response.headers.get("location") ?? "/", id));
  return response;
}

/** What the last post of this browser left for this address, or null. For pages. */
export async function readFlash(
  searchParams: Readonly<Record<string, string | string[] | undefined>>,
): Promise<Flash | null> {
  const id = searchParams.flash;
  return typeof id === "string" ? openFlash(await headers(), id) : null;
}

/** What `readFlash` does, from a request's headers. */
export function openFlash(inbound: Headers, id: string, now: Date = new Date()): Flash | null {
  const cookie = readCookie(inbound, "flash");
  if (!cookie) return null;
  try {
    const plain = decrypt(Buffer.from(cookie, "base64url")).toString("utf8");
    const { id: sealedId, expiresAtMs, ...flash } = SealedFlash.parse(JSON.parse(plain));
    return sealedId === id && now.getTime() < expiresAtMs ? flash : null;
  } catch {
    return null; // Altered, or sealed with a key we no longer hold: the page shows its empty form.
  }
}

function withFlashId(location: string, id: string): string {
  const [address = "", place] = location.split("#", 2);
  const [path = "", query] = address.split("?", 2);
  const params = new URLSearchParams(query);
  params.set("flash", id);
  return `${path}?${params}${place === undefined ? "" : `#${place}`}`;
}
