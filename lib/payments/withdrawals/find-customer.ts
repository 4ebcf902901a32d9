import type { Ctx } from "@/lib/context";
import { ForbiddenError } from "@/lib/errors";
import { parseEmail } from "@/lib/kit/email";
import { parseKenyanPhone } from "@/lib/kit/phone";

/** The merchant's customer with this phone number or e-mail address, as typed; null for nobody. For staff. */
export async function findCustomer(
  ctx: Ctx,
  input: { phoneOrEmail: string },
): Promise<{ id: string; name: string } | null> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const phone = parseKenyanPhone(input.phoneOrEmail);
  const email = phone === null ? parseEmail(input.phoneOrEmail) : null;
  if (phone === null && email === null) return null;
  return ctx.db.user.findFirst({
    where: {
      merchantId: ctx.merchantId,
      role: "customer",
      ...(phone === null ? { email } : { phone }),
    },
    select: { id: true, name: true },
  });
}
