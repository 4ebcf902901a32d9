import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { formProblems } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { PasswordField } from "@/components/ui/password-field";
import { SubmitOnce } from "@/components/ui/submit-once";
import { nextPath } from "@/lib/auth/next-path";
import { optionalSession } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
import { pageTitle } from "../_shell/page-title";
import { VisitorPage } from "../_shell/visitor-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("signIn"))("title"));
}

export default async function SignInPage({ searchParams }: Props) {
  const [visitor, t, query] = await Promise.all([
    optionalSession(),
    getTranslations("signIn"),
    searchParams,
  ]);
  const problems = await formProblems(await readFlash(query));
  const next = nextPath(typeof query.next === "string" ? query.next : null, "");
  const withEmail = query.with === "email";
  const here = (path: string, with_?: "email") => {
    const params = new URLSearchParams();
    if (with_) params.set("with", with_);
    if (next) params.set("next", next);
    return params.size > 0 ? `${path}?${params}` : path;
  };
  return (
    <VisitorPage visitor={visitor}>
      <h1 className="pt-2 text-xl font-semibold">{t("title")}</h1>
      <SignInNotice notice={query.notice} next={next} />
      <ProblemSummary problems={problems} />
      <SubmitOnce method="post" action="/session/sign-in" className="grid gap-4" noValidate>
        <input type="hidden" name="csrf" value={visitor.csrfToken} />
        {next && <input type="hidden" name="next" value={next} />}
        <Field
          id="identifier"
          name="identifier"
          label={withEmail ? t("email") : t("phone")}
          problem={problems.byField.identifier}
          defaultValue={problems.values.identifier}
          type={withEmail ? "email" : "tel"}
          autoComplete="username"
          maxLength={254}
        />
        <PasswordField
          label={t("password")}
          problem={problems.byField.password}
          autoComplete="current-password"
          words={{ show: t("show"), hide: t("hide") }}
        />
        <Button busyLabel={t("submitting")}>{t("submit")}</Button>
      </SubmitOnce>
      <p>
        {t("noAccount")}{" "}
        <Link
          href={here("/sign-up")}
          prefetch={false}
          className="inline-flex min-h-12 items-center text-action underline"
        >
          {t("signUp")}
        </Link>
      </p>
      <p className="text-sm">
        <Link
          href={here("/sign-in", withEmail ? undefined : "email")}
          prefetch={false}
          className="inline-flex min-h-12 items-center text-action underline"
        >
          {withEmail ? t("withPhone") : t("withEmail")}
        </Link>
      </p>
    </VisitorPage>
  );
}

async function SignInNotice({ notice, next }: { notice: unknown; next: string }) {
  const t = await getTranslations("notices");
  const returning = next === "/deposit/resume";
  if (!returning && notice !== "signed-out") return null;
  return (
    <Notice tone={returning ? "checking" : "plain"}>
      <p>{returning ? t("signInToFinish") : t("signedOut")}</p>
    </Notice>
  );
}
