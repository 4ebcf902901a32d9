import { z } from "zod";
import { countTry } from "@/lib/auth/tries";
import { jsonAnswer } from "@/lib/http/json-answer";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { createVoucherDeposit } from "@/lib/payments/create-voucher-deposit";

/** Opens a Pesa Voucher deposit and sends the customer to the hosted page. */
export const POST = withApi({
  route: "POST /api/deposit/initiate-voucher",
  who: "customer",
  body: z.object({ amount: typedText, attempt: z.string().min(1).max(100).optional() }),
  form: { name: "buy", back: () => "/deposit" },
  handle: async ({ ctx, body, fromForm }) => {
    await countTry("initiate_customer", ctx.actor.id);
    const { depositId, redirectUrl } = await createVoucherDeposit(ctx, {
      amount: body.amount,
      attemptKey: body.attempt ?? crypto.randomUUID(),
    });
    return fromForm
      ? seeOther(redirectUrl)
      : jsonAnswer({ success: true, redirect_url: redirectUrl, payment_id: depositId });
  },
});
