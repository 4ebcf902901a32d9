import { z } from "zod";
import { ConflictError, InvalidInputError, UnavailableError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import type { FormDoor } from "@/lib/http/refuse-form";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { isId } from "@/lib/kit/ids";
import { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";

const Asked = z.object({
  customer_id: z.string().min(1).max(100),
  method: z.enum(["pesavoucher", "mpesa"]),
  amount: typedText,
  phone: typedText,
  email: typedText,
  message: typedText,
  /** One rendered form is one attempt: however often it arrives, it asks once. */
  attempt: z.string().min(1).max(100),
  fee: z.string().max(20).optional(),
});

/** The page of the form that was sent, with its customer and its method chosen. */
const backToForm: FormDoor["back"] = ({ values: { customer_id: id = "", method = "" } }) => {
  if (!isId("user", id)) return "/dashboard/withdrawals/new";
  const query = new URLSearchParams({ customer: id, ...(method === "mpesa" && { method }) });
  return `/dashboard/withdrawals/new?${query}`;
};

/** A member of staff asks for a withdrawal in a customer's name. Another person has to approve it. */
export const POST = withApi({
  route: "POST /dashboard/withdrawals/new/request",
  who: "staff",
  body: Asked,
  form: { name: "payout", back: backToForm },
  handle: async ({ ctx, body, fromForm }) => {
    const { method, amount, message } = body;
    const asked = await requestWithdrawal(ctx, {
      method,
      amount,
      to: method === "mpesa" ? body.phone : body.email,
      message,
      attemptKey: body.attempt,
      passwordConfirmed: false,
      shownFee: body.fee,
      customerId: body.customer_id,
    }).catch((error: unknown) => {
      throw inWordsForStaff(error);
    });
    return fromForm
      ? seeOther(`/dashboard/withdrawals?notice=requested&of=${asked.withdrawalId}`)
      : jsonAnswer(
          { id: asked.withdrawalId, existing: asked.existing },
          asked.existing ? 200 : 201,
        );
  },
});

const IN_WORDS_FOR_STAFF: Readonly<Record<string, string>> = {
  "phone.empty": "payee_empty",
  above_balance: "their_balance",
  over_payment_limit: "their_payment_limit",
  over_day_limit: "their_day_limit",
  over_week_limit: "their_week_limit",
  payouts_paused: "desk_payouts_paused",
  payouts_not_set_up: "desk_payouts_not_set_up",
  fee_changed: "desk_fee_changed",
};

/** The balance, the phone and the limits are not those of whoever reads the sentence. */
function inWordsForStaff(error: unknown): unknown {
  const staffCode = (code: string) => IN_WORDS_FOR_STAFF[code] ?? code;
  if (error instanceof InvalidInputError) {
    const fields = Object.entries(error.fields).map(([name, code]) => {
      return [name, IN_WORDS_FOR_STAFF[`${name}.${code}`] ?? staffCode(code)];
    });
    return new InvalidInputError(Object.fromEntries(fields));
  }
  if (error instanceof UnavailableError) return new UnavailableError(staffCode(error.code));
  return error instanceof ConflictError ? new ConflictError(staffCode(error.code)) : error;
}
