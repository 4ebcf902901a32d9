import { endSession } from "@/lib/auth/end-session";
import { signedOut } from "@/lib/http/signed-out";
import { NoBody, withOpenApi } from "@/lib/http/with-api";

/** Ends this session for good. Somebody who is not signed in ends up signed out all the same. */
export const POST = withOpenApi({
  route: "POST /session/sign-out",
  body: NoBody,
  form: { name: "sign-out", back: () => "/" },
  handle: async ({ session, fromForm }) => {
    if (session) await endSession({ sessionId: session.sessionId, role: session.user.role });
    return signedOut(fromForm);
  },
});
