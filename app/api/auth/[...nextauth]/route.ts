import NextAuth from "next-auth";
import { authOptions } from "@/lib/auth/auth-options";

type Handler = (request: Request, context: { params: Promise<object> }) => Promise<Response>;

// Settings are read with the first request: a build has none.
const handler: Handler = (request, context) => NextAuth(authOptions())(request, context);

export { handler as GET, handler as POST };
