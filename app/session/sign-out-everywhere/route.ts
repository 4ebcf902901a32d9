import { endAllSessions } from "@/lib/auth/end-all-sessions";
import { signedOut } from "@/lib/http/signed-out";
import { NoBody, withApi } from "@/lib/http/with-api";

/** Ends every session of this person, on every phone and computer. */
export const POST = withApi({
  route: "POST /session/sign-out-everywhere",
  who: "anyone-signed-in",
  body: NoBody,
  form: { name: "sign-out-everywhere", back: () => "/account" },
  handle: async ({ ctx, fromForm }) => {
    await endAllSessions(ctx);
    return signedOut(fromForm);
  },
});
