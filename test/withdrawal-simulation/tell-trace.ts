import { db } from "@/lib/db";
import type { Broken } from "./broken";
import type { Plan } from "./plan";
import type { Round } from "./round";

const SHOWN_MAX = 3;

/** What happened to the withdrawals that show a break, from every side, in the order of time. */
export async function tellTrace(round: Round, broken: Broken): Promise<string[]> {
  const text = broken.shownBy.join(" ");
  const known = [...round.withdrawals].filter(([id]) => text.includes(id)).slice(0, SHOWN_MAX);
  if (known.length === 0) return round.traceOf([]);
  const told = await Promise.all(known.map(([id, plan]) => tellOne(round, id, plan)));
  return told.flat();
}

async function tellOne(round: Round, id: string, plan: Plan): Promise<string[]> {
  const [row, audits, calls, messages] = await Promise.all([
    db().withdrawal.findUniqueOrThrow({ where: { id } }),
    db().auditEntry.findMany({ where: { subjectId: id }, orderBy: { seq: "asc" } }),
    db().providerCall.findMany({ where: { subjectId: id }, orderBy: { startedAt: "asc" } }),
    db().message.findMany({ where: { addressee: id }, orderBy: { receivedAt: "asc" } }),
  ]);
  const lines = [
    ...audits.map(
      ({ createdAt, action, after }) => [createdAt, `${action} ${JSON.stringify(after)}`] as const,
    ),
    ...calls.map(({ startedAt, operation, outcome, httpStatus }) => {
      return [startedAt, `call ${operation}: ${outcome} (HTTP ${httpStatus})`] as const;
    }),
    ...messages.map(({ receivedAt, kind, outcome, note, repeats }) => {
      return [receivedAt, `message ${kind}: ${outcome}, ${note}, repeats ${repeats}`] as const;
    }),
  ].sort(([a], [b]) => a.getTime() - b.getTime());
  return [
    `--- ${id}, form ${plan.number}, fate: ${plan.fate.name}`,
    `    ${row.state} ${row.reason ?? ""}, ${row.method} ${plan.amount}`,
    ...round.traceOf([plan]).map((line) => `    ${line}`),
    ...lines.map(([at, line]) => `    ${at.toISOString()} ${line}`),
  ];
}
