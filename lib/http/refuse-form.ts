import { AppError, InvalidInputError, UnauthenticatedError } from "@/lib/errors";
import { log } from "@/lib/log";
import { errorKey } from "./error-sentence";
import { setFlash } from "./flash";
import { RefusedCodeError } from "./refused-code-error";
import { seeOther } from "./see-other";

export type RouteParams = Readonly<Record<string, string | string[] | undefined>>;
export type FormValues = Readonly<Record<string, string>>;

/** Where a plain form goes back to, and under which name its problems wait there. */
export interface FormDoor {
  readonly name: string;
  readonly back: (posted: { params: RouteParams; values: FormValues }) => string;
}

/**
 * What a browser's plain form gets instead of an error: a redirect back to its page, with the
 * problems and everything that was typed. Somebody who is not signed in goes to sign in first and
 * comes back to that page.
 */
export function refuseForm(
  error: unknown,
  form: FormDoor,
  posted: { params: RouteParams; values: FormValues; requestId: string },
): Response {
  const back = form.back(posted);
  if (error instanceof UnauthenticatedError) {
    return seeOther(`/sign-in?${new URLSearchParams({ next: back })}`);
  }
  const fields = error instanceof InvalidInputError ? error.fields : {};
  const named = error instanceof AppError ? error : null;
  if (!named) log().error({ err: error, requestId: posted.requestId }, "request failed");
  const details = named?.details ?? { request_id: posted.requestId };
  return setFlash(seeOther(back), {
    form: form.name,
    fields,
    values: posted.values,
    paymentId: error instanceof RefusedCodeError ? error.paymentId : undefined,
    error: error instanceof InvalidInputError ? null : { code: errorKey(error), details },
  });
}
