import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { amountText } from "@/components/ui/amount-text";
import { Icon } from "@/components/ui/icon";
import { StatusBadge } from "@/components/ui/status-badge";
import type { PaymentResource } from "@/lib/payments/schemas";
import { feeText, oneLine } from "./payout-parts";

/** One payment in the history: direction, method, amount with its sign, status and time of day. */
export async function PaymentRow({ payment, time }: { payment: PaymentResource; time: string }) {
  const [t, status, methods] = await Promise.all([
    getTranslations("history"),
    getTranslations("status"),
    getTranslations("methods"),
  ]);
  const amount = payment.amount_paid ?? payment.amount_asked;
  const { direction, status: state } = payment;
  const givenBack = state === "paid" ? payment.amount_given_back : null;
  // Money on its way out has left what can be used; money on its way in has not arrived. What went back
  // by a voucher came in, and has a row of its own for the way out.
  const isMoved =
    state === "paid" ||
    (direction === "out" && state !== "not_paid") ||
    payment.given_back.some(({ payment_id: id }) => id !== null);
  const who = payment.prompt?.phone ?? payment.payout?.to;
  const fee = payment.payout && feeText(payment.payout);
  return (
    <li>
      <Link
        href={`/payments/${payment.id}`}
        prefetch={false}
        className="grid min-h-12 grid-cols-[auto_1fr_auto] items-center gap-3 py-2"
      >
        <Icon name={direction === "in" ? "down" : "up"} />
        <span className="grid min-w-0">
          <span className="font-semibold">{t(payment.payout?.refund_of ? "back" : direction)}</span>
          <span className="text-sm text-soft">
            {methods(payment.method)} · {time}
          </span>
        </span>
        <span className="grid justify-items-end text-sm">
          <span className="text-base font-semibold tabular-nums">
            {amount ? (
              <>
                {isMoved && (direction === "in" ? "+" : "−")}
                {amountText(amount)}
              </>
            ) : (
              <span className="font-normal text-soft">{t("codeOnly")}</span>
            )}
          </span>
          <StatusBadge status={state} word={status(state)} />
        </span>
        {(who ?? givenBack) && (
          <span className="col-span-2 col-start-2 -mt-3 text-sm text-soft tabular-nums">
            {[
              who && payment.provider_receipt,
              who && oneLine(who),
              fee && oneLine(t("fee", { fee })),
              givenBack && oneLine(t("givenBack", { amount: amountText(givenBack) })),
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
        )}
      </Link>
    </li>
  );
}
