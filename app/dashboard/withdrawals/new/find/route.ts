import { z } from "zod";
import { InvalidInputError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { findCustomer } from "@/lib/payments/withdrawals/find-customer";

/** Finds the customer to pay out for. A post, so that no phone number stands in an address or a log. */
export const POST = withApi({
  route: "POST /dashboard/withdrawals/new/find",
  who: "staff",
  body: z.object({ customer: typedText }),
  form: { name: "customer", back: () => "/dashboard/withdrawals/new" },
  handle: async ({ ctx, body, fromForm }) => {
    if (body.customer.trim() === "") throw new InvalidInputError({ customer: "empty" });
    const customer = await findCustomer(ctx, { phoneOrEmail: body.customer });
    if (!customer) throw new InvalidInputError({ customer: "not_found" });
    return fromForm
      ? seeOther(`/dashboard/withdrawals/new?customer=${customer.id}`)
      : jsonAnswer({ customer });
  },
});
