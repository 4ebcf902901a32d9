import { jsonAnswer } from "@/lib/http/json-answer";

/** This process runs and answers. Nothing else is looked at, so a slow database restarts nobody. */
export async function GET(): Promise<Response> {
  return jsonAnswer({ status: "live" });
}

export const dynamic = "force-dynamic";
