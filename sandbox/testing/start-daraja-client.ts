import { DEMO_DARAJA } from "@/sandbox/daraja/accounts";

export type DarajaReply = {
  status: number;
  contentType: string;
  text: string;
  json: Record<string, unknown>;
};

export type DarajaClient = {
  token: () => string;
  renewToken: () => Promise<DarajaReply>;
  /** A push with good fields, unless told otherwise; `undefined` leaves a field out. */
  push: (changes?: Record<string, unknown>) => Promise<DarajaReply>;
  /** A query with good fields, unless told otherwise. */
  query: (checkoutRequestId: unknown, changes?: Record<string, unknown>) => Promise<DarajaReply>;
  /** Any call with the token of the moment. */
  post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<DarajaReply>;
};

export const TIMESTAMP = "20261121120000";

/** The Password of a shortcode for `TIMESTAMP`. */
export function passwordOf(
  shortcode = DEMO_DARAJA.shortcode,
  passkey = DEMO_DARAJA.passkey,
  timestamp = TIMESTAMP,
): string {
  return Buffer.from(shortcode + passkey + timestamp).toString("base64");
}

/** Calls the simulated M-Pesa as a shop would, written apart from the shop's own client. */
export async function startDarajaClient(
  sandboxUrl: string,
  callbackUrl: string,
): Promise<DarajaClient> {
  const base = `${sandboxUrl}/daraja`;
  let token = "";
  const post: DarajaClient["post"] = async (path, body, headers = {}) =>
    read(
      await fetch(base + path, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Authorization: `Bearer ${token}`,
          ...headers,
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    );
  const renewToken: DarajaClient["renewToken"] = async () => {
    const reply = await askForToken(sandboxUrl);
    token = String(reply.json.access_token);
    return reply;
  };
  await renewToken();
  return {
    token: () => token,
    renewToken,
    post,
    push: (changes = {}) =>
      post("/mpesa/stkpush/v1/processrequest", {
        BusinessShortCode: Number(DEMO_DARAJA.shortcode),
        Password: passwordOf(),
        Timestamp: TIMESTAMP,
        TransactionType: "CustomerPayBillOnline",
        Amount: 500,
        PartyA: 254712345678,
        PartyB: Number(DEMO_DARAJA.shortcode),
        PhoneNumber: 254712345678,
        CallBackURL: callbackUrl,
        AccountReference: "INV-1",
        TransactionDesc: "Deposit",
        ...changes,
      }),
    query: (checkoutRequestId, changes = {}) =>
      post("/mpesa/stkpushquery/v1/query", {
        BusinessShortCode: DEMO_DARAJA.shortcode,
        Password: passwordOf(),
        Timestamp: TIMESTAMP,
        CheckoutRequestID: checkoutRequestId,
        ...changes,
      }),
  };
}

/** Asks for an access token, by default as the shop under test would. */
export async function askForToken(
  sandboxUrl: string,
  call: { query?: string; authorization?: string; method?: string } = {},
): Promise<DarajaReply> {
  const { consumerKey, consumerSecret } = DEMO_DARAJA;
  const own = Buffer.from(`${consumerKey}:${consumerSecret}`).toString("base64");
  const query = call.query ?? "?grant_type=client_credentials";
  return read(
    await fetch(`${sandboxUrl}/daraja/oauth/v1/generate${query}`, {
      method: call.method ?? "GET",
      headers: { Authorization: call.authorization ?? `Basic ${own}` },
    }),
  );
}

async function read(response: Response): Promise<DarajaReply> {
  const text = await response.text();
  const parsed: unknown = text.startsWith("{") ? JSON.parse(text) : {};
  return {
    status: response.status,
    contentType: response.headers.get("content-type") ?? "",
    text,
    json: typeof parsed === "object" && parsed !== null ? { ...parsed } : {},
  };
}
