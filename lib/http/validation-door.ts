import { makeCtx } from "@/lib/context";
import { sha256Hex } from "@/lib/crypto";
import { SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { metrics } from "@/lib/metrics";
import { parseC2bMessage } from "@/lib/providers/daraja/c2b";
import { judgePayment, type Verdict } from "@/lib/recovery/transactions/judge-payment";
import {
  answerProvider,
  CALLBACK_BYTES_MAX,
  doubtAbout,
  pathOf,
  readUpTo,
  type CallbackDoor,
} from "./callback-door";
import { clientAddress } from "./client-address";

/** M-Pesa waits about 8 seconds and decides by itself then (docs/providers/daraja.md, "Validation"). */
const PATIENCE_MS = 4 * SECOND_MS;

type Spec = Pick<CallbackDoor, "provider" | "sources" | "isMarked"> & {
  readonly secretOf: (path: string) => string | null | undefined;
};

/**
 * Makes the handler of the address at which M-Pesa asks whether to take a payment. The answer is the whole
 * of it: nothing is stored. Whatever keeps us from knowing, our database included, is a yes, for money in
 * suspense is found and a customer who was turned away is lost. A question that is doubtful is answered
 * the same and asks nothing of the database.
 */
export function validationDoor(door: Spec): (request: Request) => Promise<Response> {
  return async function judge(request) {
    const body = await readUpTo(request, CALLBACK_BYTES_MAX);
    const source = clientAddress(request.headers, null);
    const secret = door.secretOf(pathOf(request.url));
    const isDoubtful = doubtAbout(door, request.headers, source) !== null;
    if (body === null || !secret || isDoubtful) return answerOf("accept");
    const verdict = await judgeSoon(body, secret);
    metrics.callbacksReceived.inc({ provider: door.provider, kind: "c2b_validation" });
    return answerOf(verdict);
  };
}

async function judgeSoon(body: Uint8Array, secret: string): Promise<Verdict> {
  const c2b = parseC2bMessage(parseJson(body));
  if (!c2b) return "accept";
  const actor = { kind: "provider", id: "mpesa" } as const;
  const arrival = { c2b, secretHash: sha256Hex(secret), receivedAt: new Date() };
  const { receipt } = c2b;
  let patience: NodeJS.Timeout | undefined;
  try {
    const outOfTime = new Promise<never>((_, reject) => {
      patience = setTimeout(() => reject(new Error("no verdict in time")), PATIENCE_MS);
    });
    const verdict = await Promise.race([judgePayment(makeCtx("", actor), arrival), outOfTime]);
    log().info({ verdict, receipt }, "a payment by hand was judged");
    return verdict;
  } catch (error) {
    log().error({ err: error, receipt }, "a payment by hand was not judged, and is taken");
    return "accept";
  } finally {
    clearTimeout(patience);
  }
}

function answerOf(verdict: Verdict): Response {
  const said =
    verdict === "accept"
      ? { ResultCode: "0", ResultDesc: "Accepted" }
      : { ResultCode: verdict, ResultDesc: "Rejected" };
  return answerProvider(200, JSON.stringify(said));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}
