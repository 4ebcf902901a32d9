import { InvalidInputError } from "@/lib/errors";
import type { CodeProblem } from "@/lib/payments/schemas";

/** A voucher code that was not accepted; `paymentId` is the same customer's earlier payment with it. */
export class RefusedCodeError extends InvalidInputError {
  constructor(
    problem: CodeProblem,
    readonly paymentId?: string,
  ) {
    super({ code: problem });
  }
}
