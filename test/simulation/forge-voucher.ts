import { expect } from "vitest";
import { db } from "@/lib/db";
import type { Life } from "./life";
import type { FORGERIES } from "./voucher-steps";

interface Target {
  readonly sessionId: string;
  readonly callbackUrl: string;
}

/** Sends a message that somebody made up. It is answered like a real one. */
export async function forgeVoucherMessage(
  life: Life,
  forgery: (typeof FORGERIES)[number],
  purchase: Target,
): Promise<void> {
  const { control } = life;
  const { url, body, marked } = await describeForgery(life, forgery, purchase);
  const record = await control.forgeCallback({ url, body, source: marked ? undefined : null });
  expect(record.attempts.map((attempt) => attempt.status)).toEqual([200]);
}

async function describeForgery(
  life: Life,
  forgery: (typeof FORGERIES)[number],
  { sessionId, callbackUrl }: Target,
): Promise<{ url: string; body: object; marked: boolean }> {
  const { control } = life;
  const session_id = sessionId;
  const unsold = unsoldCode(life);
  const others = (await control.payments()).filter((payment) => payment.sessionId !== sessionId);
  const message = (body: object, marked = true) => ({ url: callbackUrl, body, marked });
  switch (forgery) {
    case "code nobody sold":
      return message({ success: true, session_id, voucher_code: unsold });
    case "code of another purchase":
      return message({
        success: true,
        session_id,
        voucher_code: others[0]?.voucherCode ?? unsold,
        amount: 1_000_000,
      });
    case "bare failure":
      return message({ success: false, session_id });
    case "failure with another payment":
      return message({ success: false, session_id, payment_id: others[0]?.id ?? "nobody" });
    case "failure with a payment nobody knows":
      return message({ success: false, session_id, payment_id: "pay-nobody-knows" });
    case "success without a code":
      return message({ success: true, session_id, payment_id: others[0]?.id ?? "nobody" });
    case "no mark":
      return message({ success: true, session_id, voucher_code: unsold }, false);
    case "unknown session":
      return message({
        success: true,
        session_id: crypto.randomUUID(),
        voucher_code: unsold,
      });
    case "redemption without its token":
      return {
        url: callbackUrl.replace(/callback$/, "redemption-webhook"),
        body: { voucher_code: await claimedCode(life, sessionId), amount: 9_999 },
        marked: true,
      };
  }
}

/** A code of this purchase that we have claimed, if there is one: the forger read it somewhere. */
async function claimedCode(life: Life, sessionId: string): Promise<string> {
  const [voucher] = await life.control.vouchers({ sessionId });
  const claims = await db().voucherRedemption.count();
  return claims > 0 && voucher ? voucher.code : unsoldCode(life);
}

function unsoldCode(life: Life): string {
  return `MLP-NOBODY${life.name.replace(/\D/g, "").padStart(10, "0")}`;
}
