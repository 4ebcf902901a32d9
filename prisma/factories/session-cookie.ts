import { issueSession, type SessionUser } from "@/lib/auth/issue-session";

/** The `Cookie` header of a browser in which this person has just signed in. */
export async function sessionCookie(user: SessionUser): Promise<string> {
  const [pair = ""] = (await issueSession(user)).split(";");
  return pair;
}
