import { z } from "zod";
import { issueSession } from "@/lib/auth/issue-session";
import { nextPath } from "@/lib/auth/next-path";
import { signUpCustomer } from "@/lib/auth/sign-up-customer";
import { jsonAnswer } from "@/lib/http/json-answer";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withOpenApi } from "@/lib/http/with-api";

/** Makes a customer's account and signs them in. */
export const POST = withOpenApi({
  route: "POST /session/sign-up",
  body: z.object({
    name: typedText,
    phone: typedText,
    password: z.string().default(""),
    next: z.string().optional(),
  }),
  form: {
    name: "sign-up",
    back: ({ values }) => {
      const next = nextPath(values.next, "");
      return next === "" ? "/sign-up" : `/sign-up?${new URLSearchParams({ next })}`;
    },
  },
  handle: async ({ body, address, requestId, fromForm }) => {
    const user = await signUpCustomer({ ...body, address, requestId });
    const page = nextPath(body.next, "/deposit");
    const cookie = await issueSession(user);
    if (fromForm) return seeOther(page, [cookie]);
    const answer = jsonAnswer({ success: true, next: page }, 201);
    answer.headers.append("set-cookie", cookie);
    return answer;
  },
});
