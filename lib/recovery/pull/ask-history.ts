import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { InvalidInputError } from "@/lib/errors";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { pullWindow, type PulledWindow } from "./pull-window";

/** A minute of East Africa Time, as a form's field and the command line write it. */
const MINUTE = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})$/;

/**
 * Reads M-Pesa's list of a shortcode between two minutes that a person chose, the last one included. What
 * it finds is credited or stands in suspense, as by the clock.
 *
 * Throws `InvalidInputError` naming what is wrong with the window, and what `pullWindow` throws.
 */
export async function askHistory(
  ctx: Ctx,
  input: {
    accountId: string;
    /** As typed, in East Africa Time: `2026-11-21T18:05`. */
    from: string;
    to: string;
  },
): Promise<PulledWindow> {
  const now = ctx.now();
  const from = readMinute("from", input.from);
  const lastMinute = readMinute("to", input.to);
  if (lastMinute > now) throw new InvalidInputError({ to: "in_future" });
  if (from > lastMinute) throw new InvalidInputError({ to: "not_after" });
  const wholeMinute = addMs(lastMinute, MINUTE_MS);
  const window = { from, to: wholeMinute < now ? wholeMinute : now };
  const { accountId } = input;
  const pulled = await pullWindow(ctx, { ...window, accountId, askedBy: ctx.actor.id });
  await withTransaction(ctx, (tx) =>
    recordAudit(tx, {
      action: "provider_account.history_asked",
      subjectId: accountId,
      after: { from: input.from, to: input.to, run: pulled.runId, outcome: pulled.outcome },
    }),
  );
  return pulled;
}

function readMinute(field: "from" | "to", typed: string): Date {
  const text = typed.trim();
  if (text === "") throw new InvalidInputError({ [field]: "empty" });
  const [, day, minute] = MINUTE.exec(text) ?? [];
  const instant = new Date(`${day}T${minute}:00+03:00`);
  if (Number.isNaN(instant.getTime())) throw new InvalidInputError({ [field]: "bad_shape" });
  return instant;
}
