import { z } from "zod";
import { addressForLimits } from "@/lib/http/client-address";
import { jsonAnswer } from "@/lib/http/json-answer";
import { RefusedCodeError } from "@/lib/http/refused-code-error";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { countTry, uncountTry } from "@/lib/auth/tries";
import { isId } from "@/lib/kit/ids";
import { pasteVoucherCode } from "@/lib/payments/paste-voucher-code";
import type { CodeProblem } from "@/lib/payments/schemas";

/** Problems that tell a guesser nothing about any code. */
const NO_GUESS: ReadonlySet<CodeProblem> = new Set<CodeProblem>([
  "empty",
  "bad_shape",
  "being_checked",
  "provider_unreachable",
]);

/** Takes a voucher code the customer holds. Refused codes are counted: codes are money, and guessable. */
export const POST = withApi({
  route: "POST /api/deposit/paste-voucher",
  who: "customer",
  body: z.object({ code: typedText, payment: z.string().max(100).optional() }),
  form: {
    name: "code",
    back: ({ values }) =>
      isId("deposit", values.payment ?? "") ? `/payments/${values.payment}` : "/deposit",
  },
  handle: async ({ ctx, body, address, fromForm }) => {
    const subject = addressForLimits(address);
    await countTry("voucher_guess_customer", ctx.actor.id);
    await countTry("voucher_guess_address", subject);
    const result = await pasteVoucherCode(ctx, {
      code: body.code,
      depositId: body.payment || undefined,
    });
    if (result.kind === "accepted" || NO_GUESS.has(result.problem)) {
      await uncountTry("voucher_guess_customer", ctx.actor.id);
      await uncountTry("voucher_guess_address", subject);
    }
    if (result.kind === "refused") throw new RefusedCodeError(result.problem, result.depositId);
    return fromForm
      ? seeOther(`/payments/${result.depositId}`)
      : jsonAnswer({ success: true, payment_id: result.depositId });
  },
});
