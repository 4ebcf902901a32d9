import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { formProblems } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { PasswordField } from "@/components/ui/password-field";
import { SubmitOnce } from "@/components/ui/submit-once";
import { nextPath } from "@/lib/auth/next-path";
import { optionalSession } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
import { pageTitle } from "../_shell/page-title";
import { VisitorPage } from "../_shell/visitor-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("signUp"))("title"));
}

export default async function SignUpPage({ searchParams }: Props) {
  const [visitor, t, words, query] = await Promise.all([
    optionalSession(),
    getTranslations("signUp"),
    getTranslations("signIn"),
    searchParams,
  ]);
  const problems = await formProblems(await readFlash(query));
  const next = nextPath(typeof query.next === "string" ? query.next : null, "");
  return (
    <VisitorPage visitor={visitor}>
      <h1 className="pt-2 text-xl font-semibold">{t("title")}</h1>
      <ProblemSummary problems={problems} />
      <SubmitOnce method="post" action="/session/sign-up" className="grid gap-4" noValidate>
        <input type="hidden" name="csrf" value={visitor.csrfToken} />
        {next && <input type="hidden" name="next" value={next} />}
        <Field
          id="phone"
          name="phone"
          label={t("phone")}
          hint={t("phoneHint")}
          problem={problems.byField.phone}
          defaultValue={problems.values.phone}
          type="tel"
          autoComplete="tel"
          maxLength={30}
        />
        <Field
          id="name"
          name="name"
          label={t("name")}
          problem={problems.byField.name}
          defaultValue={problems.values.name}
          autoComplete="name"
          maxLength={100}
        />
        <PasswordField
          label={t("password")}
          hint={t("passwordHint")}
          problem={problems.byField.password}
          autoComplete="new-password"
          words={{ show: words("show"), hide: words("hide") }}
        />
        <Button busyLabel={t("submitting")}>{t("submit")}</Button>
      </SubmitOnce>
      <p>
        {t("haveAccount")}{" "}
        <Link
          href={next ? `/sign-in?${new URLSearchParams({ next })}` : "/sign-in"}
          prefetch={false}
          className="inline-flex min-h-12 items-center text-action underline"
        >
          {t("signIn")}
        </Link>
      </p>
    </VisitorPage>
  );
}
