import { z } from "zod";
import { confirmPassword } from "@/lib/auth/confirm-password";
import { countTry } from "@/lib/auth/tries";
import { jsonAnswer } from "@/lib/http/json-answer";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { getPayment } from "@/lib/payments/get-payment";
import { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import { TypedFields, typedWithdrawal } from "../../withdraw/typed-withdrawal";

const Asked = TypedFields.extend({
  /** One rendered form is one attempt: however often it arrives, it pays once. */
  attempt: z.string().min(1).max(100),
  /** The fee the customer was shown. Another one by now asks them again. */
  fee: z.string().max(20).optional(),
  password: z.string().max(1_000).default(""),
});

/** Pays out: the money is held at once and sent from a job. */
export const POST = withApi({
  route: "POST /api/withdraw",
  who: "customer",
  body: Asked,
  form: { name: "review", back: () => "/withdraw/review" },
  handle: async ({ ctx, body, address, fromForm }) => {
    await countTry("withdraw_customer", ctx.actor.id);
    const { attempt, fee, password, ...typed } = body;
    const isPasswordTyped = password !== "";
    if (isPasswordTyped) await confirmPassword(ctx, { password, address });
    const { withdrawalId, existing } = await requestWithdrawal(ctx, {
      ...typedWithdrawal(typed),
      attemptKey: attempt,
      shownFee: fee,
      passwordConfirmed: isPasswordTyped,
    });
    if (fromForm) return seeOther(`/payments/${withdrawalId}`);
    const payment = await getPayment(ctx, { paymentId: withdrawalId });
    return jsonAnswer({ payment, existing }, existing ? 200 : 201);
  },
});
