import { getTranslations } from "next-intl/server";
import { Notice } from "@/components/ui/notice";

const NOTICES = [
  "decided",
  "proposed",
  "receipt-asked",
  "assigned",
  "carried-out",
  "turned-down",
] as const;

/** Says that what was just pressed is done. */
export async function ReviewNotice({ notice }: { notice: string | string[] | undefined }) {
  const t = await getTranslations("reviewQueue");
  const known = NOTICES.find((one) => one === notice);
  if (!known) return null;
  return (
    <div role="status">
      <Notice>
        <p>{t(`notices.${known}`)}</p>
      </Notice>
    </div>
  );
}
