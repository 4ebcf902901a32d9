import { headers } from "next/headers";
import type { ReactNode } from "react";
import { SiteHeader } from "@/components/checkout/site-header";
import type { PageSession } from "@/lib/auth/page-session";
import { PAGE_PATH_HEADER } from "@/lib/http/request-headers";
import { getBalance } from "@/lib/payments/get-balance";

/** The frame of every page of a signed-in customer: header with balance, then one narrow column. */
export async function CustomerPage(props: { session: PageSession; children: ReactNode }) {
  const { ctx, merchant, csrfToken } = props.session;
  const [balance, inbound] = await Promise.all([getBalance(ctx), headers()]);
  return (
    <>
      <SiteHeader
        merchantName={merchant.name}
        csrfToken={csrfToken}
        path={inbound.get(PAGE_PATH_HEADER) ?? "/deposit"}
        balance={balance}
      />
      <Column>{props.children}</Column>
    </>
  );
}

/** The one column that all customer pages share. */
export function Column({ children }: { children: ReactNode }) {
  return (
    <main id="content" className="mx-auto grid max-w-column gap-4 px-4 pb-12 print:px-0 print:pb-0">
      {children}
    </main>
  );
}
