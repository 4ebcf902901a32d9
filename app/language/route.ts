import { z } from "zod";
import { nextPath } from "@/lib/auth/next-path";
import { cookieHeader } from "@/lib/http/cookies";
import { jsonAnswer } from "@/lib/http/json-answer";
import { seeOther } from "@/lib/http/see-other";
import { withOpenApi } from "@/lib/http/with-api";
import { LOCALES } from "@/lib/i18n/locales";
import { DAY_MS, SECOND_MS } from "@/lib/kit/time";

/** Remembers the language somebody chose, for a year, and shows the page they were on. */
export const POST = withOpenApi({
  route: "POST /language",
  body: z.object({ locale: z.enum(LOCALES), back: z.string().optional() }),
  form: { name: "language", back: ({ values }) => nextPath(values.back) },
  handle: async ({ body, fromForm }) => {
    const cookie = cookieHeader("locale", body.locale, (365 * DAY_MS) / SECOND_MS);
    if (fromForm) return seeOther(nextPath(body.back), [cookie]);
    const answer = jsonAnswer({ success: true });
    answer.headers.append("set-cookie", cookie);
    return answer;
  },
});
