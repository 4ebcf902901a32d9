import { randomUUID } from "node:crypto";
import { connect } from "node:net";

/** How to load a server: POSTs over kept-open connections, the next as soon as the answer is there. */
export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  /** For so long; or until `bodies` are used up when they are given. */
  readonly durationMs: number;
  readonly bodies?: readonly string[];
  /** Whose callbacks are sent while no bodies are given. */
  readonly provider?: "pesavoucher" | "mpesa";
}

export interface LoadResult {
  /** Answers with status 200. */
  readonly accepted: number;
  /** Answers with any other status. */
  readonly refused: number;
  readonly seconds: number;
  /** Request sent to answer read, one per answer. */
  readonly latenciesMs: Float64Array;
}

/** A purchase callback as the provider sends it, about a session nobody ever opened. */
function strangeCallback(): string {
  const session = randomUUID();
  return JSON.stringify({
    success: true,
    voucher_code: `MLP-${session.replaceAll("-", "").slice(0, 16).toUpperCase()}`,
    payment_id: `PAY-${session.slice(0, 8)}`,
    session_id: session,
    amount: 500,
    currency: "KES",
    mpesa_receipt: `TK${session.slice(0, 8).toUpperCase()}`,
    timestamp: "2026-11-21 10:00:00",
  });
}

/** The callback of a prompt as M-Pesa sends it, for a prompt nobody asked for. */
function strangePrompt(): string {
  const id = randomUUID();
  const item = (Name: string, Value: string | number) => ({ Name, Value });
  return JSON.stringify({
    Body: {
      stkCallback: {
        MerchantRequestID: id,
        CheckoutRequestID: `ws_CO_${id.replaceAll("-", "").slice(0, 26)}`,
        ResultCode: 0,
        ResultDesc: "The service request is processed successfully.",
        CallbackMetadata: {
          Item: [
            item("Amount", 500),
            item("MpesaReceiptNumber", `UK${id.slice(0, 8).toUpperCase()}`),
            { Name: "Balance" },
            item("TransactionDate", 20_261_121_100_000),
            item("PhoneNumber", 254_712_345_678),
          ],
        },
      },
    },
  });
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const latencies: number[] = [];
  const bodies = order.bodies ? [...order.bodies] : null;
  const startedAt = performance.now();
  const endsAt = startedAt + order.durationMs;
  let accepted = 0;
  let refused = 0;
  const nextBody = () => {
    if (bodies) return bodies.pop();
    if (performance.now() >= endsAt) return undefined;
    return order.provider === "mpesa" ? strangePrompt() : strangeCallback();
  };

  const connection = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(order.port, "127.0.0.1");
      socket.setNoDelay(true);
      let sentAt = 0;
      let answer = "";
      const send = () => {
        const body = nextBody();
        if (body === undefined) return socket.end();
        sentAt = performance.now();
        socket.write(
          `POST ${order.path} HTTP/1.1\r\nhost: 127.0.0.1:${order.port}\r\n` +
            "content-type: application/json\r\nx-callback-source: Pesavoucher\r\n" +
            `user-agent: PesaVoucher\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      };
      socket.on("connect", send);
      socket.on("data", (chunk) => {
        answer += chunk.toString("latin1");
        if (!isWhole(answer)) return;
        latencies.push(performance.now() - sentAt);
        if (answer.startsWith("HTTP/1.1 200")) accepted += 1;
        else refused += 1;
        answer = "";
        send();
      });
      socket.on("error", reject);
      socket.on("close", () => resolve());
    });
  await Promise.all(Array.from({ length: order.connections }, connection));
  return {
    accepted,
    refused,
    seconds: (performance.now() - startedAt) / 1_000,
    latenciesMs: Float64Array.from(latencies),
  };
}

/** Whether an answer has arrived with its whole body, counted or in chunks. */
function isWhole(answer: string): boolean {
  const headEnds = answer.indexOf("\r\n\r\n");
  if (headEnds < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, headEnds))?.[1];
  if (length === undefined) return answer.endsWith("0\r\n\r\n");
  return answer.length >= headEnds + 4 + Number(length);
}

process.on("message", (order: LoadOrder) => {
  load(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
