import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { redirect } from "next/navigation";
import { formProblems, type FormFlash } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { ChangeForm } from "@/components/checkout/change-form";
import { ConfirmWithdrawal } from "@/components/checkout/confirm-withdrawal";
import { requireCustomer } from "@/lib/auth/page-session";
import type { Ctx } from "@/lib/context";
import { AppError, InvalidInputError } from "@/lib/errors";
import { readFlash } from "@/lib/http/flash";
import type { WithdrawalQuote } from "@/lib/payments/schemas";
import { quoteWithdrawal } from "@/lib/payments/withdrawals/quote-withdrawal";
import { CustomerPage } from "../../_shell/customer-page";
import { pageTitle } from "../../_shell/page-title";
import { TypedFields, typedWithdrawal } from "../typed-withdrawal";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("review"))("pageTitle"));
}

/** Everything once more, as it is now, before money moves. What is confirmed here is what was shown here. */
export default async function ReviewPage({ searchParams }: Props) {
  const [session, t, query] = await Promise.all([
    requireCustomer(),
    getTranslations("review"),
    searchParams,
  ]);
  const flash = await readFlash(query);
  const typed = TypedFields.safeParse(flash?.values ?? {});
  // Nothing was filled in, or it was too long ago to be remembered.
  if (!flash || !typed.success) redirect("/withdraw");
  const { method, amount, phone, email, message } = typed.data;
  const sent = {
    method,
    amount,
    ...(method === "mpesa" ? { phone } : { email, message }),
    attempt: flash.values.attempt ?? randomUUID(),
  };
  const asked = await ask(session.ctx, typed.data);
  const problems = await formProblems("quote" in asked ? flash : { ...flash, ...asked });
  return (
    <CustomerPage session={session}>
      {"quote" in asked ? (
        <>
          <ProblemSummary problems={problems} />
          <ConfirmWithdrawal
            quote={asked.quote}
            sent={sent}
            csrfToken={session.csrfToken}
            merchantName={session.merchant.name}
            passwordProblem={problems.byField.password}
          />
        </>
      ) : (
        <>
          <h1 className="pt-2 text-xl font-semibold">{t("pageTitle")}</h1>
          <ProblemSummary problems={{ ...problems, byField: {}, whole: firstOf(problems) }} />
          <p>{t("cannot")}</p>
        </>
      )}
      <ChangeForm
        sent={sent}
        csrfToken={session.csrfToken}
        kind={"quote" in asked ? "quiet" : "primary"}
      />
    </CustomerPage>
  );
}

/** The quote as it is now, or what is in the way by now. */
async function ask(
  ctx: Ctx,
  typed: TypedFields,
): Promise<{ quote: WithdrawalQuote } | Pick<FormFlash, "fields" | "error">> {
  try {
    return { quote: await quoteWithdrawal(ctx, typedWithdrawal(typed)) };
  } catch (error) {
    if (error instanceof InvalidInputError) return { fields: error.fields, error: null };
    if (error instanceof AppError) return { fields: {}, error: { code: error.code, details: {} } };
    throw error;
  }
}

/** The fields are on another page, so the sentence stands alone. */
function firstOf(problems: Awaited<ReturnType<typeof formProblems>>): string | null {
  return problems.whole ?? Object.values(problems.byField)[0] ?? null;
}
