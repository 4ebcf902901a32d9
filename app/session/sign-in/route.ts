import { z } from "zod";
import { issueSession } from "@/lib/auth/issue-session";
import { nextPath } from "@/lib/auth/next-path";
import { signIn } from "@/lib/auth/sign-in";
import { jsonAnswer } from "@/lib/http/json-answer";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withOpenApi } from "@/lib/http/with-api";

/** Signs somebody in, with or without scripts, and sends them where they wanted to go. */
export const POST = withOpenApi({
  route: "POST /session/sign-in",
  body: z.object({
    identifier: typedText,
    password: z.string().default(""),
    next: z.string().optional(),
    merchant: z.string().max(100).optional(),
  }),
  form: { name: "sign-in", back: ({ values }) => signInPage(values) },
  handle: async ({ body, address, fromForm }) => {
    const user = await signIn({ ...body, merchant: body.merchant || undefined, address });
    const page = nextPath(body.next, user.role === "customer" ? "/deposit" : "/dashboard");
    const cookie = await issueSession(user);
    if (fromForm) return seeOther(page, [cookie]);
    const answer = jsonAnswer({ success: true, next: page });
    answer.headers.append("set-cookie", cookie);
    return answer;
  },
});

/** The page they came from, still knowing where they wanted to go and how they sign in. */
function signInPage(values: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams();
  const next = nextPath(values.next, "");
  if (next !== "") query.set("next", next);
  if (values.identifier?.includes("@")) query.set("with", "email");
  return query.size > 0 ? `/sign-in?${query}` : "/sign-in";
}
