import { timingSafeEqual } from "node:crypto";
import { env } from "@/lib/env";
import { ForbiddenError } from "@/lib/errors";
import { readCookie } from "@/lib/http/cookies";
import { csrfTokenFor } from "./csrf-token";

/**
 * Makes sure that one of our own pages sent this. Browsers that say where a request comes from are
 * believed; with older ones the form's token decides, and JSON is let in because another site cannot
 * send it without asking us first, which we never grant. Throws `ForbiddenError("csrf")`.
 */
export function checkCsrf(
  headers: Headers,
  proof: { sessionId: string | null; token: string | null; sentJson: boolean },
): void {
  const site = headers.get("sec-fetch-site");
  if (site === "same-origin") return;
  if (site === "cross-site" || site === "same-site") throw new ForbiddenError("csrf");
  const origin = headers.get("origin");
  // Our pages send no referrer, so the origin of their own forms is the word "null".
  if (origin !== null && origin !== "null" && origin !== new URL(env().appUrl).origin) {
    throw new ForbiddenError("csrf");
  }
  if (proof.sentJson) return;
  const expected = csrfTokenFor({
    sessionId: proof.sessionId,
    visitorId: readCookie(headers, "visitor"),
  });
  if (!expected || !proof.token || !sameText(expected, proof.token)) {
    throw new ForbiddenError("csrf");
  }
}

function sameText(expected: string, given: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}
