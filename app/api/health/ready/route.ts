import { checkHealth } from "@/lib/health";
import { jsonAnswer } from "@/lib/http/json-answer";

/** Whether customers may be sent to this process: 200 or 503, with the reason. */
export async function GET(): Promise<Response> {
  const health = await checkHealth();
  return jsonAnswer(health, health.ready ? 200 : 503);
}

export const dynamic = "force-dynamic";
