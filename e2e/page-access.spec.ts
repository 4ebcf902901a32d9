import { readdirSync } from "node:fs";
import path from "node:path";
import { formatKenyanPhone } from "@/lib/kit/phone";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { createStaff } from "@/prisma/factories/create-staff";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import { APP_URL, expect, test } from "./fixtures";
import { buyVoucher, expectPaid, paymentsOf, returnToShop, startPurchase } from "./journey";

/** How each page may answer somebody it does not belong to. A new page needs a line here. */
const PAGES: Readonly<Record<string, "for customers" | "for staff" | "for everybody">> = {
  "/": "for everybody",
  "/account": "for customers",
  "/dashboard": "for staff",
  "/dashboard/history": "for staff",
  "/dashboard/payments": "for staff",
  "/dashboard/payments/[id]": "for staff",
  "/dashboard/review": "for staff",
  "/dashboard/review/[id]": "for staff",
  "/dashboard/statements": "for staff",
  "/dashboard/statements/[id]": "for staff",
  "/dashboard/transactions": "for staff",
  "/dashboard/withdrawals": "for staff",
  "/dashboard/withdrawals/new": "for staff",
  "/dashboard/withdrawals/rules": "for staff",
  "/deposit": "for customers",
  "/payments": "for customers",
  "/payments/[id]": "for customers",
  "/payments/[id]/receipt": "for customers",
  "/r/[code]": "for everybody",
  "/sign-in": "for everybody",
  "/sign-up": "for everybody",
  "/withdraw": "for customers",
  "/withdraw/review": "for customers",
};

const APP_FOLDER = path.resolve(import.meta.dirname, "../app");

test("every page has said whom it is for", () => {
  const pages = readdirSync(APP_FOLDER, { recursive: true })
    .map(String)
    .filter((file) => path.basename(file) === "page.tsx")
    .map((file) => `/${path.dirname(file)}`.replace("/.", "/"));
  expect(pages.sort()).toEqual(Object.keys(PAGES).sort());
});

test("no page shows a payment to nobody, another customer, or another shop's staff and customers", async ({
  shop,
  customer,
  stranger,
  merchantId,
}) => {
  await startPurchase(shop, "731");
  const code = await buyVoucher(shop, customer.phone);
  await returnToShop(shop);
  await expectPaid(shop, "KSh 731.00");
  const [payment] = await paymentsOf(shop);
  const other = await createMerchant();
  const outsiders = {
    nobody: "",
    "another customer": await cookieOf({ ...stranger, merchantId, role: "customer" }),
    "another shop's customer": await cookieOf(
      await createCustomer({ merchantId: other.id, name: "Achieng Atieno" }),
    ),
    "another shop's staff": await cookieOf(await createStaff({ merchantId: other.id })),
  };
  const secrets = [
    customer.name,
    customer.phone,
    formatKenyanPhone(`+254${customer.phone.slice(1)}`),
    code,
    code.slice(-4),
  ];

  for (const [who, cookie] of Object.entries(outsiders)) {
    for (const [pattern, audience] of Object.entries(PAGES)) {
      const page = pattern
        .replace("[id]", payment?.id ?? "")
        .replace("[code]", payment?.public_code ?? "");
      const response = await fetch(APP_URL + page, { headers: { cookie }, redirect: "manual" });
      const seen = `${who} at ${pattern}: ${response.status}`;
      expect([200, 303, 307, 404], seen).toContain(response.status);
      if (audience !== "for everybody" && who === "nobody") {
        expect(response.headers.get("location"), seen).toMatch(
          /^(http:\/\/[^/]+)?\/sign-in\?next=/,
        );
      }
      if (response.status !== 200) continue;
      const body = await response.text();
      const shown = secrets.filter((secret) => body.includes(secret));
      expect(shown, seen).toEqual([]);
      if (!page.includes(payment?.id ?? "")) expect(body, seen).not.toContain(payment?.id);
    }
  }
});

async function cookieOf(user: {
  id: string;
  merchantId: string;
  role: "customer" | "staff" | "admin";
}): Promise<string> {
  return sessionCookie({ ...user, sessionEpoch: 0 });
}
