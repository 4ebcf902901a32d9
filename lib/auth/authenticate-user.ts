import { db } from "@/lib/db";
import type { SessionUser } from "./issue-session";
import { parseIdentifier, type Identifier } from "./parse-identifier";
import { PASSWORD_CHARS_MAX } from "./password-problem";
import { verifyPassword } from "./verify-password";

export interface Credentials {
  readonly merchantSlug: string;
  /** Phone number or e-mail address, as typed. */
  readonly identifier: string;
  readonly password: string;
}

/**
 * The user these credentials belong to, or null. Whether nobody has that name or the password is
 * wrong cannot be told apart, by the answer or by the time it takes. Counts nothing: `signIn` does.
 */
export async function authenticateUser(credentials: Credentials): Promise<SessionUser | null> {
  const identifier = parseIdentifier(credentials.identifier);
  const user = identifier ? await findUser(credentials.merchantSlug, identifier) : null;
  // Hashing a novel is work an attacker would like us to do; none of our passwords is that long.
  const password = credentials.password.slice(0, PASSWORD_CHARS_MAX * 4);
  const matches = await verifyPassword(password, user?.passwordHash ?? null);
  if (!user || !matches) return null;
  const { passwordHash: _, ...known } = user;
  return known;
}

function findUser(merchantSlug: string, identifier: Identifier) {
  return db().user.findFirst({
    where: { ...identifier, merchant: { slug: merchantSlug } },
    select: { id: true, merchantId: true, role: true, sessionEpoch: true, passwordHash: true },
  });
}
