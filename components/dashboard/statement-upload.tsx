import { getTranslations } from "next-intl/server";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { SubmitOnce } from "@/components/ui/submit-once";

/** Hands in a statement file. It is read and shown; booking it is a second step. */
export async function StatementUpload(props: {
  csrfToken: string;
  shortcodes: readonly string[];
  problem: string | undefined;
}) {
  const t = await getTranslations("statements");
  return (
    <section className="grid gap-2">
      <h2 className="text-lg font-semibold">{t("upload")}</h2>
      <p className="text-soft">
        {t("uploadHow", { shortcodes: props.shortcodes.join(", ") || t("noShortcode") })}
      </p>
      <SubmitOnce
        method="post"
        action="/dashboard/statements/upload"
        encType="multipart/form-data"
        className="flex flex-wrap items-end gap-2"
      >
        <input type="hidden" name="csrf" value={props.csrfToken} />
        <div className="min-w-0 flex-1 basis-72">
          <Field
            id="file"
            name="file"
            type="file"
            label={t("file")}
            hint={t("fileHint")}
            problem={props.problem}
            accept=".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            required
            className="py-2"
          />
        </div>
        <div className="max-sm:w-full">
          <Button busyLabel={t("reading")}>{t("read")}</Button>
        </div>
      </SubmitOnce>
    </section>
  );
}
