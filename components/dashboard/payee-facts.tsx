import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { amountText } from "@/components/ui/amount-text";
import { Card } from "@/components/ui/card";
import { Facts } from "@/components/ui/facts";
import type { PayeeCustomer } from "@/lib/recovery/schemas";

/** Whose balance it is, so that nobody pays out from the wrong one. */
export async function PayeeFacts({ customer }: { customer: PayeeCustomer }) {
  const t = await getTranslations("dashboardNew");
  return (
    <Card>
      <Facts
        rows={[
          [t("name"), customer.name],
          [t("phone"), customer.phone],
          [t("available"), amountText(customer.available)],
        ]}
      />
      <Link
        href="/dashboard/withdrawals/new"
        prefetch={false}
        className="inline-flex min-h-12 w-fit items-center text-action underline underline-offset-4"
      >
        {t("other")}
      </Link>
    </Card>
  );
}
