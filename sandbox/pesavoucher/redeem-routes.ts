import { Hono } from "hono";

import type { SandboxEnv } from "@/sandbox/http-env";
import { foldEmail } from "@/sandbox/kit/email";
import type { World } from "@/sandbox/world";
import { renderCodeForm, renderRedeemed, renderRedeemOffer } from "./redeem-page";

/** The customer's own page for codes sent with `create_voucher`, to be mounted at `/pesavoucher`. */
export function createRedeemRoutes(world: World): Hono<SandboxEnv> {
  const routes = new Hono<SandboxEnv>();
  const nameOf = (merchantId: string): string => world.merchants.byId(merchantId)?.name ?? "";
  routes.get("/redeem", (c) => {
    const code = readCode(c.req.query("code"));
    if (code === "") return renderCodeForm();
    const checked = world.vouchers.checkAsCustomer(code);
    if ("problem" in checked) return renderCodeForm({ code, problem: checked.problem });
    const payout = world.voucherPayouts.find(code);
    if (!payout) throw new Error(`Voucher ${code} was sent to nobody`);
    return renderRedeemOffer({ payout, merchantName: nameOf(payout.merchantId) });
  });
  routes.post("/redeem", async (c) => {
    const code = readCode(new URLSearchParams(await c.req.text()).get("code") ?? undefined);
    const redeemed = world.voucherPayouts.redeem(code);
    if ("problem" in redeemed) return renderCodeForm({ code, problem: redeemed.problem });
    const { payout } = redeemed;
    return renderRedeemed({
      payout,
      merchantName: nameOf(payout.merchantId),
      walletCents: world.ledger.customerCents(foldEmail(payout.email)),
    });
  });
  return routes;
}

/** People paste codes with spaces around them and type them in small letters. */
function readCode(typed: string | undefined): string {
  return typed?.trim().toUpperCase() ?? "";
}
