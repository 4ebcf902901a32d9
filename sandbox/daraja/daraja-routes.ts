import { Hono } from "hono";

import type { SandboxEnv } from "@/sandbox/http-env";
import type { World } from "@/sandbox/world";
import { accountBalance } from "./account-balance";
import { b2cV1, b2cV3 } from "./b2c";
import { c2bRegisterV1, c2bRegisterV2 } from "./c2b-register";
import { c2bSimulateV1, c2bSimulateV2 } from "./c2b-simulate";
import { answerDarajaCall, type DarajaEndpoint } from "./daraja-call";
import { jsonReply, refuse } from "./gateway";
import { generateToken } from "./oauth";
import { pullQuery } from "./pull-query";
import { pullRegister } from "./pull-register";
import { requestReversal } from "./request-reversal";
import { sendStatement } from "./send-statement";
import { stkPush } from "./stk-push";
import { stkQuery } from "./stk-query";
import { transactionStatus } from "./transaction-status";

const ENDPOINTS: Readonly<Record<string, readonly [operation: string, DarajaEndpoint]>> = {
  "/oauth/v1/generate": ["oauth", generateToken],
  "/mpesa/stkpush/v1/processrequest": ["stk_push", stkPush],
  "/mpesa/stkpushquery/v1/query": ["stk_query", stkQuery],
  "/mpesa/b2c/v1/paymentrequest": ["b2c", b2cV1],
  "/mpesa/b2c/v3/paymentrequest": ["b2c", b2cV3],
  "/mpesa/transactionstatus/v1/query": ["tx_status", transactionStatus],
  "/mpesa/accountbalance/v1/query": ["account_balance", accountBalance],
  "/mpesa/reversal/v1/request": ["reversal", requestReversal],
  "/pulltransactions/v1/register": ["pull_register", pullRegister],
  "/pulltransactions/v1/query": ["pull_query", pullQuery],
  "/mpesa/c2b/v1/registerurl": ["c2b_register", c2bRegisterV1],
  "/mpesa/c2b/v2/registerurl": ["c2b_register", c2bRegisterV2],
  "/mpesa/c2b/v1/simulate": ["c2b_simulate", c2bSimulateV1],
  "/mpesa/c2b/v2/simulate": ["c2b_simulate", c2bSimulateV2],
};

/** The simulated gateway, to be mounted at `/daraja`: below it, exactly the provider's paths. */
export function createDarajaRoutes(world: World): Hono<SandboxEnv> {
  const routes = new Hono<SandboxEnv>();
  for (const [path, [operation, endpoint]] of Object.entries(ENDPOINTS)) {
    routes.all(path, (c) => answerDarajaCall(c, world, operation, endpoint));
  }
  routes.get("/organisation/:shortcode/statement", (c) =>
    sendStatement(c, world, c.req.param("shortcode")),
  );
  routes.all("/mpesa/*", (c) => answerDarajaCall(c, world, "unknown", noResource));
  routes.all("/*", (c) => answerDarajaCall(c, world, "unknown", noProxy));
  return routes;
}

const noResource: DarajaEndpoint = (_call, world) =>
  refuse(world, 404, "404.001.01", "Resource not found");

const noProxy: DarajaEndpoint = () =>
  jsonReply(404, {
    fault: {
      faultstring: "Unable to identify proxy for host: secure and url: unknown",
      detail: { errorcode: "messaging.adaptors.http.flow.ApplicationNotFound" },
    },
  });
