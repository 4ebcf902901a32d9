import { Hono, type Context } from "hono";

import type { SandboxEnv } from "@/sandbox/http-env";
import type { World } from "@/sandbox/world";
import { answerCall } from "./answer-call";
import type { Endpoint } from "./api-call";
import { checkPaymentStatus } from "./check-payment-status";
import { createVoucher } from "./create-voucher";
import { queryBalance } from "./query-balance";
import { redeemVoucher } from "./redeem-voucher";
import { refusal } from "./refusal";
import { validateVoucher } from "./validate-voucher";

const POST_ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  validate_voucher: validateVoucher,
  redeem_voucher: redeemVoucher,
  create_voucher: createVoucher,
  check_payment_status: checkPaymentStatus,
};

/** The simulated API, to be mounted at `/pesavoucher/api/v1`. */
export function createApiRoutes(world: World): Hono<SandboxEnv> {
  const routes = new Hono<SandboxEnv>();
  for (const [name, endpoint] of Object.entries(POST_ENDPOINTS)) {
    routes.all(`/${name}`, (c) => answerCall(c, world, name, onlyPost(endpoint)));
  }
  const balance = (c: Context<SandboxEnv>): Promise<Response> =>
    answerCall(c, world, "query_balance", queryBalance);
  routes.all("/query_balance", balance);
  routes.all("/merchant/balance", (c) =>
    world.settings.current.merchantBalanceAlias
      ? balance(c)
      : answerCall(c, world, "unknown", unknownEndpoint),
  );
  routes.all("/*", (c) => answerCall(c, world, "unknown", unknownEndpoint));
  return routes;
}

function onlyPost(endpoint: Endpoint): Endpoint {
  return (call, world, plan) =>
    call.method === "POST"
      ? endpoint(call, world, plan)
      : refusal(world, 405, "Method not allowed. Use POST request");
}

function unknownEndpoint(_call: Parameters<Endpoint>[0], world: World): ReturnType<Endpoint> {
  return refusal(world, 404, "Endpoint not found");
}
