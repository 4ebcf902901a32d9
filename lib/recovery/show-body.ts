import { decrypt } from "@/lib/crypto";
import { log } from "@/lib/log";
import { maskText } from "./mask-text";

const CHARS_MAX = 4_000;
const INDENTS_MAX = 8;
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

export interface ShownBody {
  readonly text: string;
  /** The rest is kept, and too long to show. */
  readonly isCut: boolean;
}

/** The body of a kept message for staff: indented when it is JSON, masked, and not longer than a screen. */
export function showBody(sealed: Uint8Array): ShownBody {
  try {
    return cut(maskText(indented(decrypt(sealed).toString("utf8"))));
  } catch (error) {
    log().error({ err: error }, "a kept message cannot be decrypted");
    return { text: "", isCut: false };
  }
}

/** Anything that was kept as JSON, in the same form. */
export function showJson(value: unknown): string {
  return cut(maskText(JSON.stringify(value, null, 2))).text;
}

function cut(text: string): ShownBody {
  return { text: text.slice(0, CHARS_MAX), isCut: text.length > CHARS_MAX };
}

/** Adds line breaks and nothing else: `500.00` stays `500.00`, and a name that comes twice is seen twice. */
function indented(text: string): string {
  if (!isJson(text)) return text;
  const shown: string[] = [];
  let depth = 0;
  let last = "";
  for (const [token] of text.matchAll(TOKENS)) {
    const closes = token === "}" || token === "]";
    const opened = last === "{" || last === "[";
    if (closes) depth -= 1;
    if (closes ? !opened : opened || last === ",") shown.push(newLine(depth));
    shown.push(token === ":" ? ": " : token);
    if (token === "{" || token === "[") depth += 1;
    last = token;
  }
  return shown.join("");
}

/** Nesting is only drawn so deep: a stranger could ask for more blanks than there is memory. */
function newLine(depth: number): string {
  return `\n${"  ".repeat(Math.min(depth, INDENTS_MAX))}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
