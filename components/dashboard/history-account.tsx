import { getTranslations } from "next-intl/server";
import type { FormProblems } from "@/components/checkout/form-problems";
import { eatFormatter } from "@/components/checkout/eat-time";
import { Facts } from "@/components/ui/facts";
import { Notice } from "@/components/ui/notice";
import type { HistoryAccount } from "@/lib/recovery/schemas";
import { AskHistoryForm, ConfirmationsForm, ListForm } from "./history-forms";
import { HistoryRuns } from "./history-runs";

interface Props {
  account: HistoryAccount;
  problems: FormProblems;
  /** Only an admin registers: it is said to M-Pesa once and for ever. */
  isAdmin: boolean;
  csrfToken: string;
  now: Date;
}

/** One shortcode: what M-Pesa tells of it, since when, and what was asked. */
export async function HistoryAccountPanel(props: Props) {
  const { account } = props;
  const [t, time] = await Promise.all([getTranslations("dashboardHistory"), eatFormatter()]);
  const since = (instant: Date | null) =>
    instant ? t("since", { time: time(instant.toISOString()) }) : t("notRegistered");
  const at = (instant: Date | null) => (instant ? time(instant.toISOString()) : t("never"));
  const isOpen = account.listedSince !== null;
  return (
    <section className="grid gap-4 border-t border-line pt-4" aria-labelledby={`of-${account.id}`}>
      <h2 id={`of-${account.id}`} className="text-lg font-semibold">
        {account.kind === "paybill"
          ? t("paybill", { number: account.number })
          : t("till", { number: account.number })}
      </h2>
      {account.gap && (
        <Notice tone="checking">
          <p>
            {t("gap", {
              from: time(account.gap.from.toISOString()),
              until: time(account.gap.until.toISOString()),
            })}
          </p>
        </Notice>
      )}
      {(account.address === "earlier" || account.address === "dead") && (
        <Notice tone={account.address === "dead" ? "failed" : "checking"}>
          <p>{t(account.address === "dead" ? "addressDead" : "addressEarlier")}</p>
        </Notice>
      )}
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <div>
          <Facts
            rows={[
              [t("confirmations"), since(account.confirmedSince)],
              [t("lastConfirmation"), at(account.lastConfirmation)],
            ]}
          />
          <ConfirmationsForm {...props} />
        </div>
        <div>
          <Facts
            rows={[
              [t("list"), since(account.listedSince)],
              [t("knownUntil"), at(account.knownUntil)],
            ]}
          />
          <ListForm {...props} />
        </div>
      </div>
      {isOpen && <AskHistoryForm {...props} />}
      <HistoryRuns runs={account.runs} />
    </section>
  );
}
