import { ConflictError, UnavailableError, type AppError } from "@/lib/errors";
import { unreachable } from "@/lib/kit/assert";
import type { NotSent } from "@/lib/provider-gate/call-with-access";
import type { GatewayRefusal } from "@/lib/providers/gateway";
import type { RegisterOutcome } from "@/lib/providers/lists-history";

type NotAccepted = Exclude<RegisterOutcome, { kind: "accepted" }> | NotSent;

/** Why M-Pesa did not take a registration, as an error with a sentence. Asking again does no harm. */
export function registrationError(outcome: NotAccepted): AppError {
  switch (outcome.kind) {
    case "refused":
      return errorOfRefusal(outcome.refusal);
    case "not_sent":
      return outcome.because === "misconfigured"
        ? new ConflictError("mpesa_keys_refused")
        : new UnavailableError("mpesa_not_asked");
    case "unknown":
      return new UnavailableError("mpesa_no_answer");
    default:
      return unreachable(outcome);
  }
}

function errorOfRefusal(refusal: GatewayRefusal): AppError {
  switch (refusal) {
    case "invalid_token":
    case "misconfigured":
      return new ConflictError("mpesa_keys_refused");
    case "throttled":
    case "quota_used":
      return new UnavailableError("mpesa_not_asked");
    case "bad_request":
    case "phone_refused":
    case "subscriber_busy":
      return new ConflictError("mpesa_refused_registration");
    default:
      return unreachable(refusal);
  }
}
