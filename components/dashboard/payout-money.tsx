import { getTranslations } from "next-intl/server";
import { eatFormatter } from "@/components/checkout/eat-time";
import { amountText } from "@/components/ui/amount-text";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { StatusBadge, type Status } from "@/components/ui/status-badge";
import { SubmitOnce } from "@/components/ui/submit-once";
import type { PayoutMoney } from "@/lib/recovery/schemas";
import { Panel, PanelRow } from "./panel";

const LOOK_OF_STATE: Readonly<Record<PayoutMoney["state"], Status>> = {
  ok: "paid",
  low: "checking",
  paused: "not_paid",
  stopped: "not_paid",
};

/** What is left at each provider, as it was last seen. */
export async function MoneyPanel({ money }: { money: readonly PayoutMoney[] }) {
  const [t, methods, time] = await Promise.all([
    getTranslations("dashboardPayouts"),
    getTranslations("methods"),
    eatFormatter(),
  ]);
  return (
    <Panel
      title={t("money")}
      empty=""
      rows={money.map(({ method, shortcode, available, observedAt, state }) => (
        <PanelRow
          key={shortcode ?? method}
          title={[methods(method), shortcode].filter(Boolean).join(" ")}
          lines={[
            available === null || observedAt === null
              ? t("unseen")
              : t("available", {
                  amount: amountText(available),
                  time: time(observedAt.toISOString()),
                }),
          ]}
          action={<StatusBadge status={LOOK_OF_STATE[state]} word={t(`states.${state}`)} />}
        />
      ))}
    />
  );
}

/** Warns where too little is left to pay, or nothing is paid at all, and says what to do. */
export async function MoneyWarnings(props: {
  money: readonly PayoutMoney[];
  /** Only an admin may let a stopped account go on. */
  isAdmin: boolean;
  csrfToken: string;
}) {
  const { isAdmin, csrfToken } = props;
  return props.money.map((place) => {
    const key = place.shortcode ?? place.method;
    if (place.state === "ok") return null;
    if (place.state !== "stopped") return <ShortOf key={key} place={place} />;
    return <Stopped key={key} place={place} isAdmin={isAdmin} csrfToken={csrfToken} />;
  });
}

async function ShortOf({ place }: { place: PayoutMoney }) {
  const t = await getTranslations("dashboardPayouts");
  const { shortcode, state } = place;
  const sums = {
    available: amountText(place.available ?? "0.00"),
    floor: amountText(place.floor),
  };
  const isPaused = state === "paused";
  return (
    <Notice tone={isPaused ? "failed" : "checking"}>
      <h2 className="font-semibold">{isPaused ? t("pausedTitle") : t("lowTitle")}</h2>
      {isPaused && <p>{t("paused", sums)}</p>}
      {!isPaused && (
        <p>{shortcode === null ? t("lowVoucher", sums) : t("lowMpesa", { ...sums, shortcode })}</p>
      )}
    </Notice>
  );
}

async function Stopped(props: { place: PayoutMoney; isAdmin: boolean; csrfToken: string }) {
  const t = await getTranslations("dashboardPayouts");
  const { accountId, stopped, shortcode } = props.place;
  const name = shortcode ?? "";
  return (
    <div role="alert">
      <Notice tone="failed">
        <h2 className="font-semibold">{t("stoppedTitle", { shortcode: name })}</h2>
        <p>{t("stoppedWhy", { reason: stopped ?? "" })}</p>
        <p>{t("stoppedDo")}</p>
        {props.isAdmin && accountId !== null && (
          <SubmitOnce
            method="post"
            action={`/dashboard/accounts/${accountId}/resume`}
            className="pt-2 text-ink sm:w-fit"
          >
            <input type="hidden" name="csrf" value={props.csrfToken} />
            <Button
              kind="secondary"
              busyLabel={t("resuming")}
              aria-label={`${t("resume")} (${name})`}
            >
              {t("resume")}
            </Button>
          </SubmitOnce>
        )}
      </Notice>
    </div>
  );
}
