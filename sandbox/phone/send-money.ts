import type { Handset, PhoneNetwork } from "./phone-network";
import { approvalSms, noFundsSms, refusedSms } from "./sms-texts";

/** Why a phone's owner cannot pay by hand. */
export type HandRefusal = "phone_off" | "no_service" | "pin_locked" | "wrong_pin" | "no_funds";

/** A payment to a business that nobody asked for on the phone's screen. */
export type HandPayment = {
  msisdn: string;
  /** The M-Pesa account that gets the money, such as `shortcode:174379`. */
  payee: string;
  kind: "paybill" | "till";
  business: string;
  reference: string;
  amountCents: bigint;
};

/** Whether this PIN may send money from this phone; without enough of it, its owner is told. */
export function refuseHandPayment(
  phones: PhoneNetwork,
  payment: Pick<HandPayment, "msisdn" | "amountCents"> & { pin: string },
): HandRefusal | undefined {
  const handset = phones.handset(payment.msisdn);
  const refusal = conditionOf(handset);
  if (refusal !== undefined) return refusal;
  if (payment.pin !== phones.deps.settings.current.pin) return "wrong_pin";
  return tellIfShort(phones, payment) ? "no_funds" : undefined;
}

/** Whether the money is missing; then its owner gets a message. */
export function tellIfShort(
  phones: PhoneNetwork,
  { msisdn, amountCents }: Pick<HandPayment, "msisdn" | "amountCents">,
): boolean {
  const { balanceCents } = phones.handset(msisdn);
  if (balanceCents >= amountCents) return false;
  phones.deliverSms(msisdn, "MPESA", noFundsSms({ amountCents, balanceCents }));
  return true;
}

/** Money leaves a phone for a business: the books move, the balance shrinks, and M-Pesa confirms it. */
export function sendMoney(
  phones: PhoneNetwork,
  payment: HandPayment & { receipt: string; atMs: number },
): void {
  const { msisdn, payee, kind, amountCents, receipt, reference, atMs } = payment;
  const handset = phones.handset(msisdn);
  phones.deps.books.transfer({
    atMs,
    kind: "paid",
    from: `phone:${msisdn}`,
    to: payee,
    amountCents,
    receipt,
    reference,
  });
  handset.balanceCents -= amountCents;
  phones.deliverSms(
    msisdn,
    "MPESA",
    approvalSms({ ...payment, asks: kind, balanceCents: handset.balanceCents }),
  );
}

/** The business did not want the payment: nothing has moved. */
export function tellRefused(phones: PhoneNetwork, payment: HandPayment): void {
  phones.deliverSms(payment.msisdn, "MPESA", refusedSms(payment));
}

function conditionOf(handset: Handset): HandRefusal | undefined {
  if (!handset.poweredOn) return "phone_off";
  if (!handset.reachable) return "no_service";
  return handset.pinLocked ? "pin_locked" : undefined;
}
