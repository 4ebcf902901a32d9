/**
 * A request that was understood and refused. `code` is stable and machine-readable; the sentence a
 * person reads is chosen at the edge, in their language. Anything else that is thrown is a bug.
 */
export class AppError extends Error {
  override readonly name: string = "AppError";
  constructor(
    readonly status: number,
    readonly code: string,
    readonly details: Readonly<Record<string, string>> = {},
  ) {
    super(code);
  }
}

/** 422: one or more fields cannot be used. `fields` maps a field's name to its problem code. */
export class InvalidInputError extends AppError {
  override readonly name = "InvalidInputError";
  constructor(readonly fields: Readonly<Record<string, string>>) {
    super(422, "invalid_input", fields);
  }
}

/** 401: nobody is signed in, or the session has ended. */
export class UnauthenticatedError extends AppError {
  override readonly name = "UnauthenticatedError";
  constructor() {
    super(401, "not_signed_in");
  }
}

/** 404: it does not exist, or it is not yours; the two look alike on purpose. */
export class NotFoundError extends AppError {
  override readonly name = "NotFoundError";
  constructor(code = "not_found") {
    super(404, code);
  }
}

/** 403: you are known, and this is not allowed to you. */
export class ForbiddenError extends AppError {
  override readonly name = "ForbiddenError";
  constructor(code = "forbidden") {
    super(403, code);
  }
}

/** 409: what is there now does not allow this. */
export class ConflictError extends AppError {
  override readonly name = "ConflictError";
  constructor(code: string, details: Readonly<Record<string, string>> = {}) {
    super(409, code, details);
  }
}

/** 429: too many tries; `retryAfterSeconds` says when the next one counts. */
export class TooManyRequestsError extends AppError {
  override readonly name = "TooManyRequestsError";
  constructor(readonly retryAfterSeconds: number) {
    super(429, "too_many_requests", { retry_after_seconds: String(retryAfterSeconds) });
  }
}

/** 503: we cannot do this now and nothing was changed. */
export class UnavailableError extends AppError {
  override readonly name = "UnavailableError";
  constructor(code = "unavailable") {
    super(503, code);
  }
}
