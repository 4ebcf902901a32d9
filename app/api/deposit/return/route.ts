import { sessionCtx } from "@/lib/auth/resolve-session";
import {
  acceptDepositReturn,
  parkDepositReturn,
  readDepositReturn,
} from "@/lib/http/deposit-return";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withOpenApi } from "@/lib/http/with-api";

/**
 * Where the hosted page sends the browser (proxy.ts leads `/deposit?session_id=…` here). Answers with
 * a clean address; somebody whose session ran out meanwhile signs in first and loses nothing.
 */
export const GET = withOpenApi({
  route: "GET /deposit (return)",
  body: NoBody,
  handle: async ({ request, session, requestId }) => {
    const back = readDepositReturn(new URL(request.url).search);
    if (!back) return seeOther("/deposit");
    if (!session) {
      const next = new URLSearchParams({ next: "/deposit/resume" });
      return seeOther(`/sign-in?${next}`, [parkDepositReturn(back)]);
    }
    return seeOther(await acceptDepositReturn(sessionCtx(session, requestId), back));
  },
});
