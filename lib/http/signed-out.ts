import { cookieHeader } from "./cookies";
import { jsonAnswer } from "./json-answer";
import { seeOther } from "./see-other";

/** The answer after signing out: nothing of the person stays in the browser. */
export function signedOut(fromForm: boolean): Response {
  const answer = fromForm ? seeOther("/sign-in?notice=signed-out") : jsonAnswer({ success: true });
  for (const kind of ["session", "flash", "depositReturn"] as const) {
    answer.headers.append("set-cookie", cookieHeader(kind, "", 0));
  }
  return answer;
}
