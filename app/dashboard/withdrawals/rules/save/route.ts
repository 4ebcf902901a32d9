import { z } from "zod";
import { jsonAnswer } from "@/lib/http/json-answer";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { getWithdrawalRules } from "@/lib/payments/withdrawals/get-withdrawal-rules";
import { saveWithdrawalRules } from "@/lib/payments/withdrawals/save-withdrawal-rules";

const Rules = z.object({
  per_payment: typedText,
  day: typedText,
  week: typedText,
  /** Left out is refused, as no rule is lifted by a field somebody forgot; empty means never. */
  approval_above: z.string().max(200),
  review_above: z.string().max(200),
  voucher_fee: typedText,
  mpesa_fee: typedText,
  voucher_floor: typedText,
  mpesa_floor: typedText,
});

/** An admin changes what customers can take out, from the next withdrawal on. */
export const POST = withApi({
  route: "POST /dashboard/withdrawals/rules/save",
  who: "staff",
  body: Rules,
  form: { name: "rules", back: () => "/dashboard/withdrawals/rules" },
  handle: async ({ ctx, body, fromForm }) => {
    await saveWithdrawalRules(ctx, {
      perPayment: body.per_payment,
      day: body.day,
      week: body.week,
      approvalAbove: body.approval_above,
      reviewAbove: body.review_above,
      voucherFee: body.voucher_fee,
      mpesaFee: body.mpesa_fee,
      voucherFloor: body.voucher_floor,
      mpesaFloor: body.mpesa_floor,
    });
    return fromForm
      ? seeOther("/dashboard/withdrawals/rules?notice=saved")
      : jsonAnswer({ rules: await getWithdrawalRules(ctx) });
  },
});
