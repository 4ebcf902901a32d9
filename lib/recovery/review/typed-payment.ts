import { z } from "zod";
import { TypedId } from "./typed-params";

const Text = TypedId.optional().catch(undefined);

/** A payment that was chosen from a list or typed, by its id or its receipt. What was typed counts. */
export const TypedPayment = z
  .object({ paymentId: Text, payment: Text })
  .transform(({ paymentId, payment }, context) => {
    const typed = payment?.trim() || paymentId;
    if (typed) return { paymentId: typed };
    context.addIssue({ code: "custom", path: ["payment"], message: "empty" });
    return z.NEVER;
  });
