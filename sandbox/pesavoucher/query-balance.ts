import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import { Shillings } from "@/sandbox/kit/wire-json";
import type { World } from "@/sandbox/world";
import type { ApiAnswer, ApiCall } from "./api-call";
import { authenticate } from "./authenticate";
import { refusal } from "./refusal";

/** `GET /query_balance`: the merchant's balance. Credentials only in headers. */
export function queryBalance(call: ApiCall, world: World): ApiAnswer {
  if (call.method !== "GET") return refusal(world, 405, "Method not allowed. Use GET request");
  const auth = authenticate(call, world, { allowBody: false });
  if ("refused" in auth) return auth.refused;
  const { merchant } = auth;
  if (!merchant.hasAccount) return refusal(world, 404, "Merchant account not found");
  const books = world.ledger.booksOf(merchant.id);
  const balanceCents =
    world.settings.current.balanceView === "wallet" ? books.walletCents : books.floatCents;
  return {
    status: 200,
    body: {
      success: true,
      merchant_id: merchant.id,
      merchant_name: merchant.name,
      balance: new Shillings(balanceCents),
      currency: "KES",
      timestamp: toProviderTimestamp(world.clock.nowMs()),
    },
  };
}
