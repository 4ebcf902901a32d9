import { getTranslations } from "next-intl/server";
import { Facts } from "@/components/ui/facts";
import type { ReviewCase } from "@/lib/recovery/schemas";
import { messageNamer } from "./case-names";
import { CaseSection } from "./case-section";
import { exactTimeFormatter } from "./exact-time";
import { RowForm } from "./row-form";

interface Props {
  message: NonNullable<ReviewCase["message"]>;
  csrfToken: string;
}

/** A message that had no effect, without what it says. Working it again is safe: an effect happens once. */
export async function MessageFacts({ message, csrfToken }: Props) {
  const [t, time, nameOf] = await Promise.all([
    getTranslations("reviewQueue"),
    exactTimeFormatter(),
    messageNamer(),
  ]);
  return (
    <CaseSection id="line" title={t("messageFacts")}>
      <div className="grid gap-4">
        <Facts
          rows={[
            [t("messageKind"), nameOf(message)],
            [t("messageNote"), message.note],
            [t("messageReceived"), time(message.receivedAt)],
            [t("messageRepeats"), String(message.repeats)],
          ]}
        />
        {message.outcome !== null && (
          <div className="sm:w-fit">
            <RowForm
              action={`/dashboard/messages/${message.id}/replay`}
              csrfToken={csrfToken}
              label={t("messageReplay")}
              fullLabel={`${t("messageReplay")} (${message.id})`}
            />
          </div>
        )}
      </div>
    </CaseSection>
  );
}
