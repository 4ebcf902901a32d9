import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { amountText } from "@/components/ui/amount-text";
import { Notice } from "@/components/ui/notice";
import type { PaymentResource } from "@/lib/payments/schemas";
import { eatFormatter } from "./eat-time";

/** What went back of a payment that stays paid: how much in all, then each time by itself. */
export async function GivenBackPart({ payment }: { payment: PaymentResource }) {
  const t = await getTranslations("givenBack");
  const { amount_given_back: amount } = payment;
  if (amount === null) return null;
  return (
    <Notice>
      <p className="font-semibold">{t("part", { amount: amountText(amount) })}</p>
      <GivenBackTimes payment={payment} />
    </Notice>
  );
}

/** When something went back, and how; a voucher leads to its own page. */
export async function GivenBackTimes({ payment }: { payment: PaymentResource }) {
  const lines = await givenBackLines(payment);
  return (
    <ul>
      {lines.map(({ line, href }) => (
        <li key={line} className="text-pretty">
          {href ? (
            <Link
              href={href}
              prefetch={false}
              className="inline-flex min-h-12 items-center text-action underline underline-offset-4"
            >
              {line}
            </Link>
          ) : (
            line
          )}
        </li>
      ))}
    </ul>
  );
}

/** One sentence for each time something went back, `KSh 400.00 as a Pesa Voucher, 22 Nov 2026, 00:30`. */
export async function givenBackLines({ given_back: parts }: PaymentResource) {
  const [t, time] = await Promise.all([getTranslations("givenBack"), eatFormatter()]);
  return parts.map(({ amount, at, method, payment_id: id }) => ({
    line: t(`by.${method}`, { amount: amountText(amount), time: time(at) }),
    href: id && `/payments/${id}`,
  }));
}
