import { refuseHandPayment, type HandRefusal } from "@/sandbox/phone/send-money";
import type { World } from "@/sandbox/world";
import { isReference } from "./c2b-simulate";
import type { CustomerPayment } from "./customer-payment";

/** Why a payment by hand does not even begin. */
export type BusinessRefusal = HandRefusal | "unknown_business" | "bad_reference" | "bad_amount";

export type BusinessOutcome =
  | { kind: "refused"; why: BusinessRefusal }
  | { kind: "begun"; payment: CustomerPayment; decided: Promise<void> };

const AMOUNT_CENTS_MAX = 25_000_000n;

/** Somebody pays a PayBill or a till on the phone's own menu, asked by nobody. */
export function payBusiness(
  world: World,
  order: {
    msisdn: string;
    /** The PayBill, or the number of the till. */
    businessNumber: string;
    reference: string;
    amountCents: bigint;
    pin: string;
  },
): BusinessOutcome {
  const { msisdn, reference, amountCents } = order;
  const account = world.darajaAccounts.all.find(({ partyB }) => partyB === order.businessNumber);
  if (!account) return { kind: "refused", why: "unknown_business" };
  if (account.kind === "paybill" && !isReference(reference)) {
    return { kind: "refused", why: "bad_reference" };
  }
  const isWhole = amountCents > 0n && amountCents % 100n === 0n;
  if (!isWhole || amountCents > AMOUNT_CENTS_MAX) return { kind: "refused", why: "bad_amount" };
  const refusal = refuseHandPayment(world.phones, order);
  if (refusal !== undefined) return { kind: "refused", why: refusal };
  const started = world.collections.start({ via: "hand", account, msisdn, reference, amountCents });
  return { kind: "begun", ...started };
}
