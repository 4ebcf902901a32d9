import { DEMO_CREDENTIALS } from "@/sandbox/pesavoucher/merchants";

export type ApiReply = { status: number; text: string; json: Record<string, unknown> };

export const OWN_KEYS = {
  "X-API-Key": DEMO_CREDENTIALS.apiKey,
  "X-API-Secret": DEMO_CREDENTIALS.apiSecret,
};

/** Calls the simulated API as a shop would: POST with JSON, or GET when there is no body. */
export async function callApi(
  sandboxUrl: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = OWN_KEYS,
): Promise<ApiReply> {
  const response = await fetch(`${sandboxUrl}/pesavoucher/api/v1/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "Content-Type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: readObject(text) };
}

function readObject(text: string): Record<string, unknown> {
  if (!text.startsWith("{")) return {};
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
}
