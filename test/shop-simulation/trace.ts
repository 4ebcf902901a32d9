import { db } from "@/lib/db";
import type { Broken } from "../withdrawal-simulation/broken";
import type { Payment } from "./plan";
import type { World } from "./world";

const LINES_MAX = 400;

/** What happened to whatever shows a break, from every side: who did what, what the provider did, what our rows became. */
export async function tellTrace(world: World, broken: Broken | null): Promise<string[]> {
  const text = broken?.shownBy.join(" ") ?? "";
  const shown = world.plan.payments.filter((payment) =>
    idsOf(world, payment).some((id) => text.includes(id)),
  );
  const told = broken ? shown : world.plan.payments;
  const ids = [
    ...(text.match(/(?:dep|wdr|rfd|ptx)_[0-9a-f]{32}/g) ?? []),
    ...told.flatMap((payment) => idsOf(world, payment)),
  ];
  return [
    ...world.traceOf(shown).slice(-LINES_MAX),
    "--- what our rows became",
    ...(await tellRows([...new Set(ids)])),
  ];
}

/** Ids as a person reads them: `dep_1` is the deposit that the text names first. */
export function withShortIds(text: string): string {
  const short = new Map<string, string>();
  const counts = new Map<string, number>();
  return text.replace(/\b([a-z]{3})_[0-9a-f]{32}\b/g, (id, kind: string) => {
    const known = short.get(id);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    short.set(id, `${kind}_${count}`);
    return `${kind}_${count}`;
  });
}

function idsOf(world: World, payment: Payment): string[] {
  const { depositIds, withdrawalIds, refundIds } = world.of(payment);
  return [...depositIds, ...withdrawalIds, ...refundIds];
}

async function tellRows(ids: readonly string[]): Promise<string[]> {
  const where = { subjectId: { in: [...ids] } };
  const [audits, calls, messages] = await Promise.all([
    db().auditEntry.findMany({ where, orderBy: { seq: "asc" } }),
    db().providerCall.findMany({ where, orderBy: { startedAt: "asc" } }),
    db().message.findMany({
      where: { OR: [{ addressee: { in: [...ids] } }, where] },
      orderBy: { receivedAt: "asc" },
    }),
  ]);
  return [
    ...audits.map(({ createdAt, subjectId, action, after }) => {
      return [createdAt, `${subjectId} ${action} ${JSON.stringify(after)}`] as const;
    }),
    ...calls.map(({ startedAt, subjectId, operation, outcome, httpStatus }) => {
      return [
        startedAt,
        `${subjectId} call ${operation}: ${outcome} (HTTP ${httpStatus})`,
      ] as const;
    }),
    ...messages.map(({ receivedAt, addressee, kind, outcome, note, repeats }) => {
      return [
        receivedAt,
        `${addressee} message ${kind}: ${outcome}, ${note}, repeats ${repeats}`,
      ] as const;
    }),
  ]
    .sort(([a], [b]) => a.getTime() - b.getTime())
    .slice(-LINES_MAX)
    .map(([at, line]) => `${at.toISOString()} ${line}`);
}
