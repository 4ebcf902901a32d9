import type { Context } from "hono";
import { z } from "zod";

import type { SandboxEnv } from "@/sandbox/http-env";
import { ControlError } from "./control-error";
import { readControlJson, writeControlJson } from "./cents-json";

/** Answers one control call with whatever `act` returns, or says plainly what was wrong with it. */
export async function answerControl(act: () => unknown): Promise<Response> {
  try {
    return toJson(200, (await act()) ?? { ok: true });
  } catch (error) {
    if (error instanceof ControlError) return toJson(error.status, { error: error.message });
    if (error instanceof z.ZodError) return toJson(400, { error: z.prettifyError(error) });
    if (error instanceof SyntaxError) return toJson(400, { error: "the body is not JSON" });
    throw error;
  }
}

/**
 * Reads and checks the body. It must be announced as JSON: a web page of another origin cannot do
 * that without asking first, so it cannot steer the sandbox.
 */
export async function readBody<T extends z.ZodType>(
  c: Context<SandboxEnv>,
  schema: T,
): Promise<z.output<T>> {
  const text = await c.req.text();
  if (text !== "" && !c.req.header("content-type")?.startsWith("application/json")) {
    throw new ControlError(400, "send Content-Type: application/json");
  }
  return schema.parse(text === "" ? {} : readControlJson(text));
}

function toJson(status: number, body: unknown): Response {
  return new Response(writeControlJson(body), {
    status,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
  });
}
