import { headers } from "next/headers";
import type { ReactNode } from "react";
import { SiteHeader } from "@/components/checkout/site-header";
import type { PageVisitor } from "@/lib/auth/page-session";
import { PAGE_PATH_HEADER } from "@/lib/http/request-headers";
import { Column } from "./customer-page";

/** The frame of pages that need nobody to be signed in. */
export async function VisitorPage(props: { visitor: PageVisitor; children: ReactNode }) {
  const { merchant, csrfToken } = props.visitor;
  return (
    <>
      <SiteHeader
        merchantName={merchant.name}
        csrfToken={csrfToken}
        path={(await headers()).get(PAGE_PATH_HEADER) ?? "/"}
        balance={null}
      />
      <Column>{props.children}</Column>
    </>
  );
}
