import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { amountText } from "@/components/ui/amount-text";
import { addMs, SECOND_MS } from "@/lib/kit/time";
import type {
  CaseAudit,
  CaseCall,
  CaseFile,
  CaseLine,
  CaseMessage,
  CaseMovement,
} from "@/lib/recovery/schemas";
import { outcomeKey } from "./attention-words";
import { accountNamer, messageNamer } from "./case-names";
import { CaseSection } from "./case-section";
import { actionKey, actorKey, movementKey, operationKey } from "./case-words";
import { exactTimeFormatter } from "./exact-time";
import { Fold } from "./fold";
import { RawText } from "./raw-text";

interface Entry {
  readonly key: string;
  readonly at: Date;
  readonly content: ReactNode;
}

/** Calls, messages, what was done and what was booked, as one story from its beginning. */
export async function CaseTimeline({ file }: { file: CaseFile }) {
  const [t, time] = await Promise.all([getTranslations("caseFile"), exactTimeFormatter()]);
  const entries: Entry[] = [
    ...file.audit.map((entry) => ({
      key: entry.seq,
      at: entry.at,
      content: <AuditEntry entry={entry} />,
    })),
    ...file.calls.map((call) => ({
      key: call.id,
      at: call.startedAt,
      content: <CallEntry call={call} />,
    })),
    ...file.messages.map((message) => ({
      key: message.id,
      at: message.receivedAt,
      content: <MessageEntry message={message} />,
    })),
    ...file.movements.map((movement) => ({
      key: movement.id,
      at: movement.at,
      content: <MovementEntry movement={movement} />,
    })),
    ...file.lines.map((line) => ({
      key: line.id,
      // The provider's clock shows whole seconds: what it says of this one came after what we did in it.
      at: addMs(line.occurredAt, line.occurredAt.getMilliseconds() === 0 ? SECOND_MS - 1 : 0),
      content: <LineEntry line={line} />,
    })),
  ].sort((a, b) => a.at.getTime() - b.at.getTime());
  return (
    <CaseSection id="timeline" title={t("timeline")}>
      {file.isCut && <p className="text-soft">{t("timelineCut")}</p>}
      <ol className="divide-y divide-line rounded-box border border-line bg-raised">
        {entries.map(({ key, at, content }) => (
          <li key={key} className="grid gap-x-6 p-3 md:grid-cols-[12rem_1fr]">
            <time dateTime={at.toISOString()} className="text-sm text-soft tabular-nums">
              {time(at)}
            </time>
            <div className="min-w-0">{content}</div>
          </li>
        ))}
      </ol>
    </CaseSection>
  );
}

async function AuditEntry({ entry }: { entry: CaseAudit }) {
  const t = await getTranslations("caseFile");
  const key = actionKey(entry.action);
  return (
    <>
      <p className="font-semibold">{key ? t(`actions.${key}`) : entry.action}</p>
      <p className="text-sm wrap-anywhere text-soft">
        {t(`actors.${actorKey(entry.actorKind)}`)}: {entry.actor}
        {entry.aboutId && ` · ${entry.aboutId}`}
      </p>
      {(entry.before ?? entry.after) && (
        <Fold summary={t("details")}>
          {entry.before && <RawText label={t("before")} text={entry.before} />}
          {entry.after && <RawText label={t("after")} text={entry.after} />}
        </Fold>
      )}
    </>
  );
}

async function CallEntry({ call }: { call: CaseCall }) {
  const t = await getTranslations("caseFile");
  const key = operationKey(call.operation);
  const facts = [
    call.httpStatus && t("httpStatus", { status: String(call.httpStatus) }),
    call.durationMs !== null && t("duration", { ms: String(call.durationMs) }),
  ].filter(Boolean);
  return (
    <>
      <p className="font-semibold">
        {key ? t(`operations.${key}`) : `${call.provider} ${call.operation}`}
      </p>
      <p className="text-sm text-soft">
        {[t(`callOutcomes.${call.outcome ?? "none"}`), ...facts].join(" · ")}
      </p>
      <Fold summary={t("requestAndAnswer")}>
        <RawText label={t("request")} text={call.request} />
        <RawText label={t("answer")} text={call.response ?? t("noAnswer")} />
      </Fold>
    </>
  );
}

async function MessageEntry({ message }: { message: CaseMessage }) {
  const [t, words, nameOf] = await Promise.all([
    getTranslations("caseFile"),
    getTranslations("dashboard"),
    messageNamer(),
  ]);
  const outcome = words(`outcomes.${outcomeKey(message.outcome ?? "open")}`);
  return (
    <>
      <p className="font-semibold">{t("messageCame", { kind: nameOf(message) })}</p>
      <p className="text-sm wrap-anywhere text-soft">
        {[outcome, message.note].filter(Boolean).join(": ")}
        {message.repeats > 0 && ` · ${words("repeats", { count: message.repeats })}`}
      </p>
      <a
        href={`#${message.id}`}
        className="-mb-3 inline-flex min-h-12 items-center text-sm text-action underline underline-offset-4"
      >
        {t("toMessage")}
      </a>
    </>
  );
}

async function MovementEntry({ movement }: { movement: CaseMovement }) {
  const [t, nameOf] = await Promise.all([getTranslations("caseFile"), accountNamer()]);
  return (
    <>
      <p className="font-semibold">{t(`movements.${movementKey(movement)}`)}</p>
      {movement.lines.map(({ account, amount }) => (
        <p key={account} className="text-sm text-soft">
          {nameOf(account)}: <span className="tabular-nums">{amountText(amount)}</span>
        </p>
      ))}
    </>
  );
}

async function LineEntry({ line }: { line: CaseLine }) {
  const t = await getTranslations("reviewQueue");
  const { receipt, amount, details } = line;
  return (
    <>
      <p className="font-semibold">{t("lineOf", { receipt, amount: amountText(amount) })}</p>
      <p className="text-sm wrap-anywhere text-soft">{details}</p>
    </>
  );
}
