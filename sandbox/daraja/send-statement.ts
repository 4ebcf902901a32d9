import type { Context } from "hono";
import { z } from "zod";

import type { SandboxEnv } from "@/sandbox/http-env";
import { writeCsv } from "@/sandbox/kit/csv";
import { parseProviderTimestamp, toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import { writeXlsx } from "@/sandbox/kit/xlsx";
import type { World } from "@/sandbox/world";
import { makeStatement, STATEMENT_ACCOUNTS, type Statement } from "./statement";
import { statementTable } from "./statement-table";

const CONTENT_TYPES = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;

/** A day or a moment in Nairobi; a day means its first second here, or its last. */
function momentSchema(daysEnd: "00:00:00" | "23:59:59") {
  return z.string().transform((text, context) => {
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
    const ms = parseProviderTimestamp(isDay ? `${text} ${daysEnd}` : text.replace("T", " "));
    if (ms !== undefined) return ms;
    context.addIssue({ code: "custom", message: "neither 2026-11-21 nor 2026-11-21 14:05:09" });
    return z.NEVER;
  });
}

const querySchema = z.object({
  from: momentSchema("00:00:00").optional(),
  to: momentSchema("23:59:59").optional(),
  format: z.enum(["csv", "xlsx"]).default("csv"),
  account: z.enum(["utility", "working", "charges"]).default("utility"),
});

/**
 * `GET /organisation/<shortcode>/statement?from&to&format&account`: the file a person downloads
 * from the organisation portal; `own` is the PayBill of the shop under test. The real portal wants a login; there is no API for it.
 */
export function sendStatement(c: Context<SandboxEnv>, world: World, asked: string): Response {
  const { darajaAccounts } = world;
  const shortcode = asked === "own" ? darajaAccounts.credentials.shortcode : asked;
  const organisation =
    darajaAccounts.byShortcode(shortcode) ?? darajaAccounts.organisation(shortcode);
  if (!organisation) return c.json({ error: `no organisation ${shortcode}` }, 404);
  const query = querySchema.safeParse(c.req.query());
  if (!query.success) return c.json({ error: z.prettifyError(query.error) }, 400);
  const { from, to, format, account } = query.data;
  const statement = makeStatement(world, {
    organisation: organisation.name,
    shortcode,
    account,
    fromMs: from,
    // The last second is whole: what happened within it is in it.
    toMs: to === undefined ? undefined : to + 999,
  });
  const table = statementTable(statement, world.settings.current);
  const body = format === "csv" ? writeCsv(table) : writeXlsx(table, "Statement").slice();
  return new Response(body, {
    headers: {
      "Content-Type": CONTENT_TYPES[format],
      "Content-Disposition": `attachment; filename="${fileNameOf(statement)}.${format}"`,
      "Cache-Control": "no-store",
    },
  });
}

function fileNameOf({ shortcode, account, fromMs, toMs }: Statement): string {
  const day = (ms: number): string => toProviderTimestamp(ms).slice(0, 10).replaceAll("-", "");
  const title = STATEMENT_ACCOUNTS[account].title.replaceAll(" ", "");
  return `ORG_${shortcode}_${title}_${day(fromMs)}_${day(toMs)}`;
}
