import { getTranslations } from "next-intl/server";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { PrintButton } from "@/components/ui/print-button";
import { SubmitOnce } from "@/components/ui/submit-once";
import type { StatementForPeople } from "@/lib/recovery/schemas";

/** The one next step of a statement: book it, wait for it, or compare again. */
export async function StatementActions(props: {
  statement: StatementForPeople;
  csrfToken: string;
}) {
  const { statement, csrfToken } = props;
  const t = await getTranslations("statements");
  const door = doorsOf(statement.id);
  switch (statement.state) {
    case "previewed":
      return (
        <div className="grid gap-2 print:hidden">
          <p>{t("notBooked")}</p>
          <div className="flex flex-wrap gap-3">
            <OneButton action={door("import")} csrfToken={csrfToken} busyLabel={t("beginning")}>
              {t("import", { count: statement.preview.lines })}
            </OneButton>
            <OneButton action={door("discard")} csrfToken={csrfToken} kind="secondary">
              {t("discard")}
            </OneButton>
          </div>
        </div>
      );
    case "matching":
      return (
        <div role="status">
          <Notice tone="checking">
            <p className="font-semibold">
              {t("importing", {
                done: statement.progress?.done ?? 0,
                count: statement.preview.lines,
              })}
            </p>
            <p>{t("importingMore")}</p>
          </Notice>
        </div>
      );
    case "matched":
      return (
        <div className="flex flex-wrap gap-3 print:hidden">
          <div className="grid max-sm:w-full">
            <PrintButton label={t("print")} />
          </div>
          <OneButton
            action={door("close")}
            csrfToken={csrfToken}
            kind="secondary"
            busyLabel={t("comparing")}
          >
            {t("compareAgain")}
          </OneButton>
        </div>
      );
    case "failed":
      return <FailedActions id={statement.id} csrfToken={csrfToken} />;
    case "discarded":
      return <Notice>{t("discarded")}</Notice>;
  }
}

/** It waits for a person: to try again, or to put it aside. */
async function FailedActions({ id, csrfToken }: { id: string; csrfToken: string }) {
  const t = await getTranslations("statements");
  const door = doorsOf(id);
  return (
    <div className="grid gap-2 print:hidden">
      <div role="status">
        <Notice tone="failed">
          <p className="font-semibold">{t("failed")}</p>
          <p>{t("failedMore")}</p>
        </Notice>
      </div>
      <div className="flex flex-wrap gap-3">
        <OneButton action={door("import")} csrfToken={csrfToken} busyLabel={t("beginning")}>
          {t("tryAgain")}
        </OneButton>
        <OneButton action={door("discard")} csrfToken={csrfToken} kind="secondary">
          {t("discard")}
        </OneButton>
      </div>
    </div>
  );
}

function doorsOf(id: string) {
  return (verb: string) => `/dashboard/statements/${id}/${verb}`;
}

function OneButton(props: {
  action: string;
  csrfToken: string;
  kind?: "primary" | "secondary";
  busyLabel?: string;
  children: string;
}) {
  return (
    <SubmitOnce method="post" action={props.action} className="max-sm:w-full">
      <input type="hidden" name="csrf" value={props.csrfToken} />
      <Button kind={props.kind} busyLabel={props.busyLabel}>
        {props.children}
      </Button>
    </SubmitOnce>
  );
}
