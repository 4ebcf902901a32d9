import { z } from "zod";
import type { FormDoor } from "@/lib/http/refuse-form";
import { typedText } from "@/lib/http/typed-text";
import type { TypedWithdrawal } from "@/lib/payments/withdrawals/parse-withdrawal";

/** What the doors and the review of a withdrawal read: the method's own destination field, whichever others came along. */
export const TypedFields = z.object({
  method: z.enum(["pesavoucher", "mpesa"]),
  amount: typedText,
  phone: typedText,
  email: typedText,
  message: typedText,
});

export type TypedFields = z.infer<typeof TypedFields>;

/** The fields as the verbs take them. */
export function typedWithdrawal(fields: TypedFields): TypedWithdrawal {
  const { method, amount, message } = fields;
  return { method, amount, to: method === "mpesa" ? fields.phone : fields.email, message };
}

/** The page of the form that was sent, with its method chosen. */
export const backToForm: FormDoor["back"] = ({ values }) =>
  values.method === "mpesa" ? "/withdraw?method=mpesa" : "/withdraw";
