import type { Ctx } from "@/lib/context";
import { InvalidInputError } from "@/lib/errors";
import { addressForLimits } from "@/lib/http/client-address";
import { assert } from "@/lib/kit/assert";
import { PASSWORD_CHARS_MAX } from "./password-problem";
import { countTry, forgetTries, uncountTry } from "./tries";
import { verifyPassword } from "./verify-password";

/**
 * Checks that whoever is signed in knows the password of their account, before something a stranger at an
 * open session must not do. Wrong tries count for the person and for the address. Throws
 * `InvalidInputError` naming the field, or `TooManyRequestsError`, which even the right password does not
 * pass until the window is over.
 */
export async function confirmPassword(
  ctx: Ctx,
  input: { password: string; address: string },
): Promise<void> {
  assert(ctx.actor.kind === "customer" || ctx.actor.kind === "staff", "only people have passwords");
  if (input.password === "") throw new InvalidInputError({ password: "empty" });
  const address = addressForLimits(input.address);
  await countTry("sign_in_address", address);
  await countTry("confirm_password", ctx.actor.id);
  const user = await ctx.db.user.findFirst({
    where: { id: ctx.actor.id, merchantId: ctx.merchantId },
    select: { passwordHash: true },
  });
  const password = input.password.slice(0, PASSWORD_CHARS_MAX * 4);
  const isTheirs = await verifyPassword(password, user?.passwordHash ?? null);
  if (!isTheirs) throw new InvalidInputError({ password: "not_yours" });
  await forgetTries("confirm_password", ctx.actor.id);
  await uncountTry("sign_in_address", address);
}
