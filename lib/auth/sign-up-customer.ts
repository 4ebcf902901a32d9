import { recordAudit } from "@/lib/audit";
import { makeCtx, withTransaction } from "@/lib/context";
import { env } from "@/lib/env";
import { InvalidInputError, NotFoundError } from "@/lib/errors";
import { addressForLimits } from "@/lib/http/client-address";
import { newId } from "@/lib/kit/ids";
import { parseKenyanPhone } from "@/lib/kit/phone";
import { findMerchant } from "@/lib/merchants/find-merchant";
import { hashPassword } from "./hash-password";
import type { SessionUser } from "./issue-session";
import { passwordProblem } from "./password-problem";
import { countTry } from "./tries";

const NAME_CHARS_MAX = 80;

export interface SignUpInput {
  readonly name: string;
  /** As typed. */
  readonly phone: string;
  readonly password: string;
  /** The client's address. */
  readonly address: string;
  readonly requestId: string;
}

/**
 * Opens an account for a customer: a name, a Kenyan phone number and a password are all it takes.
 * Throws `InvalidInputError` naming every field's problem, or `TooManyRequestsError` per address.
 */
export async function signUpCustomer(input: SignUpInput): Promise<SessionUser> {
  const name = input.name.trim().replace(/\s+/g, " ");
  const phone = parseKenyanPhone(input.phone);
  refuseProblems({
    name: name === "" ? "empty" : [...name].length > NAME_CHARS_MAX ? "too_long" : null,
    phone: input.phone.trim() === "" ? "empty" : phone === null ? "bad_shape" : null,
    password: passwordProblem(input.password, { name, phone }),
  });
  await countTry("sign_up_address", addressForLimits(input.address));
  const merchant = await findMerchant(env().merchantSlug);
  if (!merchant) throw new NotFoundError("merchant_not_found");
  const passwordHash = await hashPassword(input.password);
  const id = newId("user");
  const ctx = makeCtx(merchant.id, { kind: "customer", id }, { requestId: input.requestId });
  const row = { id, merchantId: merchant.id, role: "customer", name, phone, passwordHash } as const;
  return withTransaction(ctx, async (tx) => {
    const { count } = await tx.db.user.createMany({ data: [row], skipDuplicates: true });
    if (count === 0) throw new InvalidInputError({ phone: "taken" });
    await recordAudit(tx, { action: "user.signed_up", subjectId: id });
    return { ...row, sessionEpoch: 0 };
  });
}

function refuseProblems(problems: Readonly<Record<string, string | null>>): void {
  const found = Object.entries(problems).flatMap(([field, problem]) =>
    problem === null ? [] : [[field, problem]],
  );
  if (found.length > 0) throw new InvalidInputError(Object.fromEntries(found));
}
