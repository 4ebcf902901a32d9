import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { Notice } from "@/components/ui/notice";
import { isId } from "@/lib/kit/ids";

const NOTICES = ["approved", "rejected", "requested", "resumed"] as const;

type FromQuery = string | string[] | undefined;

/** Says that what was just decided is done, and leads to its case file. */
export async function DecisionNotice(props: { notice: FromQuery; paymentId: FromQuery }) {
  const t = await getTranslations("dashboardPayouts");
  const notice = NOTICES.find((known) => known === props.notice);
  if (!notice) return null;
  const { paymentId } = props;
  return (
    <div role="status">
      <Notice>
        <p>{t(notice)}</p>
        {typeof paymentId === "string" && isId("withdrawal", paymentId) && (
          <Link
            href={`/dashboard/payments/${paymentId}`}
            prefetch={false}
            className="inline-flex min-h-12 w-fit items-center text-action underline underline-offset-4"
          >
            {t("seeCase")}
          </Link>
        )}
      </Notice>
    </div>
  );
}
