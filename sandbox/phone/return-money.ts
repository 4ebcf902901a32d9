import type { PhoneNetwork } from "./phone-network";
import { reversedSms } from "./sms-texts";

/** A payment goes back to the phone it came from: the books move, and M-Pesa texts its owner. */
export function returnMoney(
  phones: PhoneNetwork,
  reversal: {
    msisdn: string;
    /** The M-Pesa account that gives it back, such as `shortcode:174379`. */
    from: string;
    business: string;
    amountCents: bigint;
    /** Of the reversal. */
    receipt: string;
    originalReceipt: string;
    reference: string;
    atMs: number;
  },
): void {
  const { msisdn, from, amountCents, receipt, originalReceipt, reference, atMs } = reversal;
  const handset = phones.handset(msisdn);
  phones.deps.books.transfer({
    atMs,
    kind: "reversal",
    from,
    to: `phone:${msisdn}`,
    amountCents,
    receipt,
    originalReceipt,
    reference,
  });
  handset.balanceCents += amountCents;
  phones.deliverSms(
    msisdn,
    "MPESA",
    reversedSms({ ...reversal, balanceCents: handset.balanceCents }),
  );
}
