/** What a shop said to a validation. */
export type C2bAnswer =
  { kind: "accepted"; thirdPartyTransId: string } | { kind: "refused"; code: string };

const REFUSALS = /^C2B0001[1-6]$/;
const OTHER_REFUSAL = "C2B00016";

/** Reads the shop's answer; undefined when there is none that can be read, so that ResponseType decides. */
export function readC2bAnswer(sent: { status: number; body: string }): C2bAnswer | undefined {
  if (sent.status < 200 || sent.status >= 300) return undefined;
  const answer = readObject(sent.body);
  const code = answer.ResultCode;
  if (typeof code !== "string" && typeof code !== "number") return undefined;
  if (String(code) !== "0") {
    return { kind: "refused", code: REFUSALS.test(String(code)) ? String(code) : OTHER_REFUSAL };
  }
  const third = answer.ThirdPartyTransID;
  return { kind: "accepted", thirdPartyTransId: typeof third === "string" ? third : "" };
}

function readObject(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
