import { AppError, InvalidInputError, TooManyRequestsError } from "@/lib/errors";
import { log } from "@/lib/log";
import { callerLocale, errorSentence } from "./error-sentence";
import { jsonAnswer } from "./json-answer";
import { RefusedCodeError } from "./refused-code-error";

/** The form of every error answer of the API. */
export interface ProblemBody {
  readonly success: false;
  readonly error: {
    /** Stable and machine-readable. */
    readonly code: string;
    /** One sentence for a person, in the caller's language. */
    readonly message: string;
    /** Which fields are wrong and how: field name → problem code. */
    readonly fields?: Readonly<Record<string, string>>;
    /** The caller's own earlier payment that the error is about. */
    readonly payment_id?: string;
    readonly request_id: string;
  };
}

/**
 * Turns whatever was thrown into the API's error answer. What is not an `AppError` is a bug: it is
 * logged with the request's id, and the caller learns only that id.
 */
export function problem(
  error: unknown,
  request: { headers: Headers; requestId: string },
): Response {
  const refused = error instanceof AppError ? error : null;
  if (!refused) log().error({ err: error, requestId: request.requestId }, "request failed");
  const body: ProblemBody = {
    success: false,
    error: {
      code: refused?.code ?? "internal",
      message: errorSentence(error, callerLocale(request.headers)),
      ...(error instanceof InvalidInputError ? { fields: error.fields } : {}),
      ...(error instanceof RefusedCodeError && error.paymentId
        ? { payment_id: error.paymentId }
        : {}),
      request_id: request.requestId,
    },
  };
  const answer = jsonAnswer(body, refused?.status ?? 500);
  if (error instanceof TooManyRequestsError) {
    answer.headers.set("retry-after", String(error.retryAfterSeconds));
  }
  return answer;
}
