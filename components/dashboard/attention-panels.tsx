import { getTranslations } from "next-intl/server";
import { eatFormatter } from "@/components/checkout/eat-time";
import type { AttentionMessage, DeadJob } from "./attention";
import { outcomeKey } from "./attention-words";
import { messageNamer } from "./case-names";
import { CaseFileLink } from "./case-file-link";
import { Panel, PanelRow } from "./panel";
import { RowForm } from "./row-form";

/** Callbacks that were kept and had no effect. Replaying one is safe: an effect happens once. */
export async function MessagePanel(props: {
  messages: readonly AttentionMessage[];
  csrfToken: string;
}) {
  const [t, time, nameOf] = await Promise.all([
    getTranslations("dashboard"),
    eatFormatter(),
    messageNamer(),
  ]);
  return (
    <Panel
      title={t("messages")}
      empty={t("messagesEmpty")}
      rows={props.messages.map((message) => (
        <PanelRow
          key={message.id}
          title={`${t(`outcomes.${outcomeKey(message.outcome)}`)}: ${nameOf(message)}`}
          lines={[
            message.note,
            `${t("received")} ${time(message.receivedAt.toISOString())}, ${t("repeats", { count: message.repeats })}`,
            <code key="id">{message.id}</code>,
          ]}
          action={
            <>
              {message.paymentId && <CaseFileLink paymentId={message.paymentId} />}
              <RowForm
                action={`/dashboard/messages/${message.id}/replay`}
                csrfToken={props.csrfToken}
                label={t("replay")}
                fullLabel={t("replayOf", { id: message.id })}
              />
            </>
          }
        />
      ))}
    />
  );
}

/** Background work that used up its tries. */
export async function JobPanel(props: { jobs: readonly DeadJob[]; csrfToken: string }) {
  const t = await getTranslations("dashboard");
  return (
    <div id="jobs">
      <Panel
        title={t("jobs")}
        empty={t("jobsEmpty")}
        rows={props.jobs.map((job) => (
          <PanelRow
            key={job.id}
            title={job.task}
            lines={[job.error, `${t("attempts")}: ${job.attempts}`]}
            action={
              <RowForm
                action={`/dashboard/jobs/${job.id}/retry`}
                csrfToken={props.csrfToken}
                label={t("retry")}
                fullLabel={t("retryOf", { id: job.id })}
              />
            }
          />
        ))}
      />
    </div>
  );
}
