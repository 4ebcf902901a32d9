import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import type { CaseFile } from "@/lib/recovery/schemas";
import { accountNamer } from "./case-names";
import { movementKey } from "./case-words";
import { CaseSection } from "./case-section";
import { exactTimeFormatter } from "./exact-time";
import { LongId } from "./raw-text";

/** The movements this payment posted, line by line; none means that nothing was credited. */
export async function CaseBooks({ movements }: Pick<CaseFile, "movements">) {
  const [t, time, nameOf] = await Promise.all([
    getTranslations("caseFile"),
    exactTimeFormatter(),
    accountNamer(),
  ]);
  return (
    <CaseSection id="books" title={t("books")}>
      {movements.length === 0 && <p className="text-soft">{t("booksEmpty")}</p>}
      {movements.map((movement) => (
        <div key={movement.id} className="rounded-box border border-line bg-raised p-3">
          <h3 className="text-base font-semibold">{t(`movements.${movementKey(movement)}`)}</h3>
          <p className="text-sm text-soft">
            {time(movement.at)} · <LongId>{movement.id}</LongId>
          </p>
          <p className="text-sm text-soft">
            <LongId>{movement.ref}</LongId>
          </p>
          <ul className="mt-1 divide-y divide-line">
            {movement.lines.map((line) => (
              <li key={line.account} className="flex flex-wrap justify-between gap-x-4 py-1">
                <span>{nameOf(line.account)}</span>
                <span className="font-semibold whitespace-nowrap tabular-nums">
                  {amountText(line.amount)}
                </span>
                <span className="w-full text-soft">
                  <LongId>{line.account}</LongId>
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </CaseSection>
  );
}
