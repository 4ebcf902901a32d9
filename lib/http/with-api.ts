import { z } from "zod";
import { checkCsrf } from "@/lib/auth/check-csrf";
import { resolveSession, sessionCtx, type Session } from "@/lib/auth/resolve-session";
import type { Ctx } from "@/lib/context";
import { ForbiddenError, InvalidInputError, UnauthenticatedError } from "@/lib/errors";
import { isId, newId } from "@/lib/kit/ids";
import { SECOND_MS } from "@/lib/kit/time";
import { metrics } from "@/lib/metrics";
import { clientAddress } from "./client-address";
import { readCookie } from "./cookies";
import { problem } from "./problem";
import { isFormPost, isJson, readBody, type RequestBody, type SentFile } from "./read-body";
import { refuseForm, type FormDoor, type FormValues, type RouteParams } from "./refuse-form";
import { REQUEST_ID_HEADER } from "./request-headers";

export type RouteHandler = (
  request: Request,
  context?: { params: Promise<RouteParams> },
) => Promise<Response>;

/** What a door hands to its handler. */
export interface OpenCall<B> {
  readonly request: Request;
  readonly requestId: string;
  readonly session: Session | null;
  /** The client's address, as far as our proxies vouch for it. */
  readonly address: string;
  readonly params: RouteParams;
  readonly body: B;
  /** The file that came with the form; null at doors that take none. */
  readonly file: SentFile | null;
  /** A browser's plain form asked: answer with a redirect, not with JSON. */
  readonly fromForm: boolean;
}

/** What a door for signed-in people hands to its handler. */
export interface Call<B> extends OpenCall<B> {
  readonly session: Session;
  readonly ctx: Ctx;
}

interface DoorSpec<B> {
  /** Method and path pattern, for the log and the metrics. */
  readonly route: string;
  /** What the body must look like; `NoBody` for doors that read none. */
  readonly body: z.ZodType<B>;
  /** How a plain form hears about a refusal. Without it the answer is JSON. */
  readonly form?: FormDoor;
  /** Takes one file of up to this many bytes; without it, none. */
  readonly fileBytesMax?: number;
}

/** The schema of doors that read no body. */
export const NoBody = z.unknown().transform(() => null);

const SAFE_METHODS = new Set(["GET", "HEAD"]);

/**
 * The one road into a Route Handler for signed-in people: request id, session, body, CSRF, one verb,
 * answer. `who` says for whom it is. What the handler throws becomes the API's error envelope, or,
 * for a plain form, a redirect back to its page with what was typed.
 */
export function withApi<B>(
  door: DoorSpec<B> & {
    who: "customer" | "staff" | "anyone-signed-in";
    handle: (call: Call<B>) => Promise<Response>;
  },
): RouteHandler {
  const admit = (session: Session | null): Session => {
    if (!session) throw new UnauthenticatedError();
    const kind = session.user.role === "customer" ? "customer" : "staff";
    if (door.who !== "anyone-signed-in" && door.who !== kind) throw new ForbiddenError();
    return session;
  };
  return (request, context) =>
    answer(door, request, context, admit, (call) =>
      door.handle({ ...call, ctx: sessionCtx(call.session, call.requestId) }),
    );
}

/** `withApi` for doors that anyone may try, such as signing in. */
export function withOpenApi<B>(
  door: DoorSpec<B> & { handle: (call: OpenCall<B>) => Promise<Response> },
): RouteHandler {
  return (request, context) =>
    answer(
      door,
      request,
      context,
      (session) => session,
      (call) => door.handle(call),
    );
}

async function answer<B, S extends Session | null>(
  door: DoorSpec<B>,
  request: Request,
  context: Parameters<RouteHandler>[1],
  admit: (session: Session | null) => S,
  handle: (call: OpenCall<B> & { session: S }) => Promise<Response>,
): Promise<Response> {
  const startedAtMs = performance.now();
  const requestId = requestIdOf(request.headers);
  const params = (await context?.params) ?? {};
  const fromForm = door.form !== undefined && isFormPost(request.headers);
  let values: FormValues = {};
  let response: Response;
  try {
    const found = await resolveSession(readCookie(request.headers, "session"));
    const session = admit(found);
    let body: RequestBody = { kind: "none" };
    if (!SAFE_METHODS.has(request.method)) {
      body = await readBody(request, { fileBytesMax: door.fileBytesMax });
      if (body.kind === "form") values = body.value;
      checkCsrf(request.headers, {
        sessionId: found?.sessionId ?? null,
        token: values.csrf ?? null,
        sentJson: isJson(request.headers),
      });
    }
    response = await handle({
      request,
      requestId,
      session,
      address: clientAddress(request.headers, null),
      params,
      body: parseBody(door.body, body),
      file: body.kind === "form" ? body.file : null,
      fromForm,
    });
  } catch (error) {
    const asked = { headers: request.headers, requestId, params, values };
    response = door.form && fromForm ? refuseForm(error, door.form, asked) : problem(error, asked);
  }
  response.headers.set(REQUEST_ID_HEADER, requestId);
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
  metrics.httpSeconds
    .labels({ route: door.route, status: String(response.status) })
    .observe((performance.now() - startedAtMs) / SECOND_MS);
  return response;
}

/** The id proxy.ts gave the request, or a new one where it did not pass there. */
function requestIdOf(headers: Headers): string {
  const given = headers.get(REQUEST_ID_HEADER);
  return given && isId("request", given) ? given : newId("request");
}

function parseBody<B>(schema: z.ZodType<B>, body: RequestBody): B {
  const result = schema.safeParse(body.kind === "none" ? {} : body.value, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => [
    issue.path.join(".") || "body",
    issue.input === undefined || issue.code === "too_small" ? "empty" : codeOf(issue.code),
  ]);
  throw new InvalidInputError(Object.fromEntries(problems));
}

function codeOf(zodCode: string): string {
  return zodCode === "too_big" ? "too_long" : "bad_shape";
}
