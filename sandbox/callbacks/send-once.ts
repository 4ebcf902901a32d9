export type SentCallback = {
  /** Zero when no answer came. */
  status: number;
  answerBody: string;
  durationMs: number;
  error: string | null;
};

const ANSWER_CHARACTERS_MAX = 8_192;

/**
 * POSTs a body and waits at most `patienceMs` for the whole answer. Never throws: a refused
 * connection, a redirect it will not follow, or silence come back as status 0 with the reason.
 */
export async function sendOnce(order: {
  url: string;
  headers: Record<string, string>;
  body: string;
  patienceMs: number;
}): Promise<SentCallback> {
  const startedMs = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - startedMs);
  try {
    const response = await fetch(order.url, {
      method: "POST",
      headers: order.headers,
      body: order.body,
      redirect: "manual",
      signal: AbortSignal.timeout(order.patienceMs),
    });
    const answerBody = (await response.text()).slice(0, ANSWER_CHARACTERS_MAX);
    return { status: response.status, answerBody, durationMs: elapsedMs(), error: null };
  } catch (error) {
    return { status: 0, answerBody: "", durationMs: elapsedMs(), error: describeFailure(error) };
  }
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "gave up waiting for an answer";
  return error.cause instanceof Error ? error.cause.message : error.message;
}
