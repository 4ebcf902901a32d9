import { getTranslations } from "next-intl/server";
import type { CaseFile, CaseMessage } from "@/lib/recovery/schemas";
import { outcomeKey } from "./attention-words";
import { messageNamer } from "./case-names";
import { CaseSection } from "./case-section";
import { exactTimeFormatter } from "./exact-time";
import { Fold } from "./fold";
import { LongId, RawText } from "./raw-text";
import { RowForm } from "./row-form";

interface Props {
  file: CaseFile;
  csrfToken: string;
}

/** Every message as it came, with what became of it. */
export async function CaseMessages({ file, csrfToken }: Props) {
  const t = await getTranslations("caseFile");
  return (
    <CaseSection id="messages" title={t("messages")}>
      {file.messages.length === 0 ? (
        <p className="text-soft">{t("messagesEmpty")}</p>
      ) : (
        <ul className="divide-y divide-line rounded-box border border-line bg-raised">
          {file.messages.map((message) => (
            <MessageRow
              key={message.id}
              message={message}
              paymentId={file.payment.id}
              csrfToken={csrfToken}
            />
          ))}
        </ul>
      )}
    </CaseSection>
  );
}

async function MessageRow(props: { message: CaseMessage; paymentId: string; csrfToken: string }) {
  const { message } = props;
  const [t, words, time, nameOf] = await Promise.all([
    getTranslations("caseFile"),
    getTranslations("dashboard"),
    exactTimeFormatter(),
    messageNamer(),
  ]);
  return (
    <li id={message.id} className="grid gap-2 p-3 target:bg-ground">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <p className="font-semibold">
            {words(`outcomes.${outcomeKey(message.outcome ?? "open")}`)}: {nameOf(message)}
          </p>
          {message.note && <p className="wrap-anywhere">{message.note}</p>}
          <p className="text-sm text-soft">
            {time(message.receivedAt)}, {words("repeats", { count: message.repeats })}
          </p>
          <p className="text-sm text-soft">
            <LongId>{`${message.provider} ${message.kind}`}</LongId> · {t("source")}{" "}
            <LongId>{message.source}</LongId>
          </p>
          <p className="text-sm text-soft">
            <LongId>{message.id}</LongId>
          </p>
        </div>
        {hadNoEffect(message) && (
          <RowForm
            action={`/dashboard/messages/${message.id}/replay`}
            csrfToken={props.csrfToken}
            paymentId={props.paymentId}
            label={words("replay")}
            fullLabel={words("replayOf", { id: message.id })}
          />
        )}
      </div>
      <Fold summary={t("raw")}>
        <RawText label={t("headers")} text={message.headers} />
        <RawText
          label={message.body.isCut ? t("bodyCut") : t("body")}
          text={message.body.text || t("bodyEmpty")}
        />
      </Fold>
    </li>
  );
}

/** Working it again could change something; one that was applied, or that nobody worked yet, need not. */
function hadNoEffect({ outcome }: CaseMessage): boolean {
  return outcome !== null && outcome !== "applied" && outcome !== "duplicate";
}
