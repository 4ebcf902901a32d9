import { getTranslations } from "next-intl/server";
import { Notice } from "@/components/ui/notice";

const NOTICES = [
  "refund-asked",
  "refund-approved",
  "refund-rejected",
  "refund-cancelled",
  "refund-again",
] as const;

/** Says that what was just done about a refund is done. */
export async function RefundNotice({ notice }: { notice: string | string[] | undefined }) {
  const t = await getTranslations("refunds.notices");
  const known = NOTICES.find((name) => name === notice);
  return known ? (
    <div role="status">
      <Notice>
        <p>{t(known)}</p>
      </Notice>
    </div>
  ) : null;
}
