import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { buttonLook } from "@/components/ui/button-look";

/** Leads to everything that is kept about one payment. */
export async function CaseFileLink({ paymentId }: { paymentId: string }) {
  const t = await getTranslations("dashboard");
  return (
    <div>
      <Link
        href={`/dashboard/payments/${paymentId}`}
        prefetch={false}
        aria-label={t("caseFileOf", { id: paymentId })}
        className={buttonLook("secondary")}
      >
        {t("caseFile")}
      </Link>
    </div>
  );
}
