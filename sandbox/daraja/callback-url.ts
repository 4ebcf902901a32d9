const REFUSED_WORDS = /m-?pesa|safaricom|exec?|cmd|sql|query/i;
const BARE_ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/i;

/**
 * Whether the gateway takes this address. It need not answer, nor even resolve; stray spaces and
 * capital letters in the host were refused. `strict` adds what only the portal says.
 */
export function isGoodCallbackUrl(text: string, strict: boolean): boolean {
  const match = /^(https?):\/\/([^/?#\s]+)([^\s]*)$/.exec(text);
  if (!match || !URL.canParse(text)) return false;
  const [, scheme, host = ""] = match;
  if (host !== host.toLowerCase()) return false;
  if (!strict) return true;
  const { hostname } = new URL(text);
  return scheme === "https" && !BARE_ADDRESS.test(hostname) && !REFUSED_WORDS.test(text);
}
