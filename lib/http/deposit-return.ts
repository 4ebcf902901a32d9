import { z } from "zod";
import type { Ctx } from "@/lib/context";
import { decrypt, encrypt } from "@/lib/crypto";
import { NotFoundError } from "@/lib/errors";
import { MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { acceptVoucherReturn } from "@/lib/payments/accept-voucher-return";
import { cancelVoucherDeposit } from "@/lib/payments/cancel-voucher-deposit";
import { cookieHeader, readCookie } from "./cookies";

const LIFETIME_MS = 15 * MINUTE_MS;
const TEXT_CHARS_MAX = 200;

const text = z.string().transform((value) => value.slice(0, TEXT_CHARS_MAX));

const DepositReturn = z.object({
  cancelled: z.boolean(),
  sessionId: text,
  voucher: text.nullable(),
  paymentId: text.nullable(),
});

/** What a browser brought back from the hosted page. Anybody can write it, so it is only a hint. */
export type DepositReturn = z.infer<typeof DepositReturn>;

const Parked = DepositReturn.extend({ expiresAtMs: z.number() });

/** Where somebody goes whose return belongs to nobody, or to somebody else. */
export const NOT_YOURS_PATH = "/deposit?notice=not-yours";

/** Reads the return from an address's query. Null when it names no session. */
export function readDepositReturn(search: string): DepositReturn | null {
  const params = paramsOf(search);
  const sessionId = params.get("session_id");
  if (!sessionId) return null;
  return DepositReturn.parse({
    cancelled: params.get("status") === "cancelled",
    sessionId,
    voucher: params.get("voucher"),
    paymentId: params.get("payment_id"),
  });
}

/** A provider appends to the address we gave, and may do so with a second question mark. */
function paramsOf(search: string): URLSearchParams {
  return new URLSearchParams(search.replace(/^\?/, "").replaceAll("?", "&"));
}

/** True for the address the hosted page sends browsers to: `/deposit` with what a return carries. */
export function isDepositReturn(url: { pathname: string; search: string }): boolean {
  if (url.pathname !== "/deposit") return false;
  const params = paramsOf(url.search);
  return params.has("session_id") || ["success", "cancelled"].includes(params.get("status") ?? "");
}

/** Hands the return to its verb and gives the clean page to show: a code must not stay in an address. */
export async function acceptDepositReturn(ctx: Ctx, back: DepositReturn): Promise<string> {
  try {
    const { depositId } = back.cancelled
      ? await cancelVoucherDeposit(ctx, { sessionId: back.sessionId })
      : await acceptVoucherReturn(ctx, {
          sessionId: back.sessionId,
          voucher: back.voucher ?? undefined,
          paymentId: back.paymentId ?? undefined,
        });
    return `/payments/${depositId}`;
  } catch (error) {
    if (error instanceof NotFoundError) return NOT_YOURS_PATH;
    throw error;
  }
}

/** A cookie that keeps the return, encrypted, while its customer signs in. */
export function parkDepositReturn(back: DepositReturn, now: Date = new Date()): string {
  const parked = { ...back, expiresAtMs: now.getTime() + LIFETIME_MS };
  const sealed = Buffer.from(encrypt(Buffer.from(JSON.stringify(parked)))).toString("base64url");
  return cookieHeader("depositReturn", sealed, LIFETIME_MS / SECOND_MS);
}

/** The parked return, or null when there is none, it is too old, or it was not sealed by us. */
export function parkedDepositReturn(
  headers: Headers,
  now: Date = new Date(),
): DepositReturn | null {
  const sealed = readCookie(headers, "depositReturn");
  if (!sealed) return null;
  try {
    const plain = decrypt(Buffer.from(sealed, "base64url")).toString("utf8");
    const { expiresAtMs, ...back } = Parked.parse(JSON.parse(plain));
    return now.getTime() < expiresAtMs ? back : null;
  } catch {
    return null; // Altered, or sealed with a key we no longer hold: the code can still be pasted.
  }
}

/** Removes the parked return: it was used, or cannot be. */
export function forgetDepositReturn(): string {
  return cookieHeader("depositReturn", "", 0);
}
