import { receivedSms } from "./sms-texts";
import type { PhoneNetwork } from "./phone-network";

/**
 * Money from a business arrives on a phone, switched on or off: the books move, the balance grows,
 * and M-Pesa texts its owner.
 */
export function receiveMoney(
  phones: PhoneNetwork,
  payment: {
    msisdn: string;
    /** The M-Pesa account that pays, such as `utility:600998`. */
    from: string;
    business: string;
    amountCents: bigint;
    receipt: string;
    reference: string;
    atMs: number;
  },
): void {
  const { msisdn, from, amountCents, receipt, reference, atMs } = payment;
  const handset = phones.handset(msisdn);
  phones.deps.books.transfer({
    atMs,
    kind: "paid",
    from,
    to: `phone:${msisdn}`,
    amountCents,
    receipt,
    reference,
  });
  handset.balanceCents += amountCents;
  phones.deliverSms(
    msisdn,
    "MPESA",
    receivedSms({ ...payment, balanceCents: handset.balanceCents }),
  );
}
