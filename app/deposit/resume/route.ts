import { sessionCtx } from "@/lib/auth/resolve-session";
import {
  acceptDepositReturn,
  forgetDepositReturn,
  parkedDepositReturn,
} from "@/lib/http/deposit-return";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withOpenApi } from "@/lib/http/with-api";

/** After signing in: takes up the return that had to wait, and forgets it. */
export const GET = withOpenApi({
  route: "GET /deposit/resume",
  body: NoBody,
  handle: async ({ request, session, requestId }) => {
    const back = parkedDepositReturn(request.headers);
    if (!back) return seeOther("/deposit");
    if (!session) return seeOther(`/sign-in?${new URLSearchParams({ next: "/deposit/resume" })}`);
    const page = await acceptDepositReturn(sessionCtx(session, requestId), back);
    return seeOther(page, [forgetDepositReturn()]);
  },
});
