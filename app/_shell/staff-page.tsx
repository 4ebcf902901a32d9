import { getTranslations } from "next-intl/server";
import { headers } from "next/headers";
import Link from "next/link";
import type { ReactNode } from "react";
import { LanguageSwitch } from "@/components/checkout/site-header";
import { Button } from "@/components/ui/button";
import { SubmitOnce } from "@/components/ui/submit-once";
import type { PageSession } from "@/lib/auth/page-session";
import { PAGE_PATH_HEADER } from "@/lib/http/request-headers";

/** The frame of every page of the merchant's people: who they are, then one wide column. */
export async function StaffPage(props: { session: PageSession; children: ReactNode }) {
  const { session } = props;
  const [t, inbound] = await Promise.all([getTranslations("dashboard"), headers()]);
  return (
    <>
      <header className="mx-auto flex max-w-desk flex-wrap items-center justify-between gap-x-6 px-4 py-2">
        <div>
          <Link
            href="/dashboard"
            prefetch={false}
            className="-mb-3 flex min-h-12 items-center text-lg font-semibold"
          >
            {session.merchant.name}
          </Link>
          <p className="text-sm text-soft">{t("signedInAs", { name: session.user.name })}</p>
        </div>
        <div className="flex flex-wrap items-center gap-x-6 print:hidden">
          <LanguageSwitch
            csrfToken={session.csrfToken}
            path={inbound.get(PAGE_PATH_HEADER) ?? "/dashboard"}
          />
          <SubmitOnce method="post" action="/session/sign-out">
            <input type="hidden" name="csrf" value={session.csrfToken} />
            <Button kind="quiet">{t("signOut")}</Button>
          </SubmitOnce>
        </div>
      </header>
      <main id="content" className="mx-auto grid max-w-desk gap-6 px-4 pt-2 pb-12">
        {props.children}
      </main>
    </>
  );
}
