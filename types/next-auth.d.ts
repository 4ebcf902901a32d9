import "next-auth";
import type { SessionUser } from "@/lib/auth/issue-session";

declare module "next-auth" {
  interface User extends SessionUser {
    readonly id: string;
  }
  interface Session {
    user: { id: string; role: "customer" | "staff" | "admin" };
    expires: string;
  }
}
