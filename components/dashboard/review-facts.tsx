import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { eatFormatter } from "@/components/checkout/eat-time";
import { amountText } from "@/components/ui/amount-text";
import { Facts } from "@/components/ui/facts";
import { Notice } from "@/components/ui/notice";
import { isId } from "@/lib/kit/ids";
import type { CaseTransaction, ReviewCase } from "@/lib/recovery/schemas";
import { CaseSection } from "./case-section";
import { exactTimeFormatter } from "./exact-time";
import { LongId } from "./raw-text";
import { reviewPath } from "./review-path";

/** A line of M-Pesa's books, whole. */
export async function TransactionFacts({ line }: { line: CaseTransaction }) {
  const [t, time] = await Promise.all([getTranslations("reviewQueue"), exactTimeFormatter()]);
  return (
    <CaseSection id="line" title={t("line")}>
      <Facts
        rows={[
          [t("receipt"), <LongId key="receipt">{line.receipt}</LongId>],
          [t("amount"), amountText(line.amount)],
          [t("occurredAt"), time(line.occurredAt)],
          [t("shortcode"), line.shortcode],
          [t("reference"), line.reference ?? t("noReference")],
          [t("payer"), line.payer],
          [
            t("originalReceipt"),
            line.originalReceipt && <LongId key="o">{line.originalReceipt}</LongId>,
          ],
          [t("details"), line.details],
          [t("source"), t(`sources.${sourceKey(line.source)}`)],
          [t("belongsTo"), line.paymentId && <PaymentLink key="p" id={line.paymentId} />],
          [t("notedAt"), line.notedAt && time(line.notedAt)],
        ]}
      />
    </CaseSection>
  );
}

/** Says before anybody decides that this money may be in a customer's balance already. */
export async function OwnCredits({ line }: { line: CaseTransaction }) {
  const [t, time] = await Promise.all([getTranslations("reviewQueue"), eatFormatter()]);
  if (line.ownCredits.length === 0) return null;
  return (
    <Notice tone="checking">
      <p>{t("ownCredits")}</p>
      <ul className="grid gap-1">
        {line.ownCredits.map(({ id, customer, amount, createdAt }) => (
          <li key={id} className="wrap-anywhere">
            {customer} · {amountText(amount)} · {time(createdAt.toISOString())} ·{" "}
            <PaymentLink id={id} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function PaymentLink({ id }: { id: string }) {
  const kinds = ["deposit", "withdrawal", "refund", "transaction"] as const;
  if (!kinds.some((kind) => isId(kind, id))) return <LongId>{id}</LongId>;
  return (
    <Link
      href={reviewPath(id)}
      prefetch={false}
      className="break-all text-action underline underline-offset-4"
    >
      {id}
    </Link>
  );
}

const SOURCES = ["confirmation", "pull", "statement", "status"] as const;

/** The key under `reviewQueue.sources`. */
function sourceKey(source: string): (typeof SOURCES)[number] {
  return SOURCES.find((known) => known === source) ?? "pull";
}

/** Our books and the provider's balance side by side, on the day they moved apart. */
export async function DriftFacts({ drift }: { drift: NonNullable<ReviewCase["drift"]> }) {
  const [t, methods, time] = await Promise.all([
    getTranslations("reviewQueue"),
    getTranslations("methods"),
    exactTimeFormatter(),
  ]);
  return (
    <CaseSection id="line" title={t("drift")}>
      <Facts
        rows={[
          [t("driftName"), drift.name === "pesavoucher" ? methods("pesavoucher") : drift.name],
          [t("driftAt"), time(drift.comparedAt)],
          [t("driftBooked"), amountText(drift.booked)],
          [t("driftProvider"), amountText(drift.atProvider)],
          [t("driftInFlight"), amountText(drift.inFlight)],
          [t("driftChanged"), amountText(drift.changed)],
        ]}
      />
    </CaseSection>
  );
}
