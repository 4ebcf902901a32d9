import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { eatFormatter } from "@/components/checkout/eat-time";
import { Amount } from "@/components/ui/amount";
import { Facts } from "@/components/ui/facts";
import { readReference, referenceText } from "@/components/ui/reference-text";
import { StatusBadge } from "@/components/ui/status-badge";
import { optionalSession } from "@/lib/auth/page-session";
import { makeCtx } from "@/lib/context";
import { getPublicCheck, type PublicCheck } from "@/lib/payments/get-public-check";
import { pageTitle } from "../../_shell/page-title";
import { VisitorPage } from "../../_shell/visitor-page";

type Props = { params: Promise<{ code: string }> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("check"))("title"));
}

/** Anyone with a receipt may ask whether it is true, and learns nothing more than that. */
export default async function CheckPage({ params }: Props) {
  const [visitor, t] = await Promise.all([optionalSession(), getTranslations("check")]);
  const code = readReference((await params).code);
  const { db } = makeCtx(visitor.merchant.id, { kind: "system", id: "receipt-check" });
  const found = await getPublicCheck(db, { code });
  return (
    <VisitorPage visitor={visitor}>
      <p className="pt-2 text-soft">{t("title")}</p>
      {found ? <Found check={found} code={code} /> : <Unknown />}
    </VisitorPage>
  );
}

const WORDS = {
  paid: { word: "paid", in: "paidTo", out: "paidOut" },
  not_paid: { word: "notPaid", in: "notPaidTo", out: "notPaidOut" },
  // What went out does not come back by a refund.
  given_back: { word: "givenBack", in: "givenBackBy", out: "paidOut" },
} as const;

async function Found({ check, code }: { check: PublicCheck; code: string }) {
  const [t, time] = await Promise.all([getTranslations("check"), eatFormatter()]);
  const merchant = check.merchant_name;
  const words = WORDS[check.status];
  const sentence = check.direction === "in" ? words.in : words.out;
  return (
    <>
      <StatusBadge status={check.status} word={t(words.word)} />
      <h1 className="text-xl font-semibold">{t(sentence, { merchant })}</h1>
      {check.amount && <Amount decimal={check.amount} />}
      <Facts
        rows={[
          [t("date"), time(check.created_at)],
          [t("merchant"), merchant],
          [t("reference"), referenceText(code)],
        ]}
      />
    </>
  );
}

async function Unknown() {
  const t = await getTranslations("check");
  return (
    <>
      <h1 className="text-xl font-semibold">{t("unknownTitle")}</h1>
      <p>{t("unknown")}</p>
    </>
  );
}
