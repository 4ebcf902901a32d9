import type { Ctx } from "@/lib/context";
import type { Message, Prisma } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import {
  REFUND_END_KIND,
  REFUND_HOLD_KIND,
  REFUND_UNHELD_KIND,
} from "@/lib/payments/refunds/refund-money";
import { SUSPENSE_END_KIND, SUSPENSE_KIND } from "@/lib/payments/suspense";
import type { CaseAudit, CaseCall, CaseFile, CaseLine, CaseMessage, CaseMovement } from "./schemas";
import { maskText } from "./mask-text";
import { DIFFERENCE_KIND } from "./review/book-line";
import { showBody, showJson } from "./show-body";

/** Nobody reads more at once; the newest say what is going on. */
const ROWS_MAX = 50;

type Lists = Pick<CaseFile, "calls" | "messages" | "audit" | "movements" | "lines" | "isCut">;

interface About {
  readonly paymentId: string;
  /** What was asked and ordered because of it, under ids of their own: questions, refunds. */
  readonly relatedIds?: readonly string[];
  /** What the movements of this payment are named by. */
  readonly movements: { readonly kinds: readonly string[]; readonly refs: readonly string[] };
  /** What else was changed meanwhile that this payment depends on: the account, the rules, the limits. */
  readonly alsoAbout: {
    readonly subjectIds: readonly string[];
    readonly from: Date;
    readonly until: Date;
  } | null;
}

/** What lines of the provider's books and refunds post under ids of their own. */
const LINE_KINDS = [
  SUSPENSE_KIND,
  SUSPENSE_END_KIND,
  REFUND_HOLD_KIND,
  REFUND_END_KIND,
  REFUND_UNHELD_KIND,
  DIFFERENCE_KIND,
];

/** Changes of settings that explain what became of a payment. */
const SETTINGS_ACTIONS = [
  "withdrawal_rules.changed",
  "limit.changed",
  "provider_account.changed",
  "provider_account.payouts_stopped",
  "provider_account.payouts_resumed",
  "provider_account.secret_rotated",
];

/** The lists of a case file: the newest rows of each, oldest first. */
export async function readCaseLists(ctx: Ctx, about: About): Promise<Lists> {
  const ids = [about.paymentId, ...(about.relatedIds ?? [])];
  const lines = await readLines(ctx, ids);
  const lineIds = lines.map(({ id }) => id);
  const { kinds, refs } = about.movements;
  const [calls, messages, movements] = await Promise.all([
    readCalls(ctx, ids),
    readMessages(ctx, [...ids, ...lineIds]),
    readMovements(ctx, {
      kinds: [...kinds, ...LINE_KINDS],
      refs: [
        ...[...refs, ...(about.relatedIds ?? []), ...lineIds],
        // Of a line whose amount differed.
        ...lineIds.map((id) => `${about.paymentId}:${id}`),
      ],
    }),
  ]);
  const audit = await readAudit(ctx, about, [
    ...ids,
    ...lineIds,
    ...messages.rows.map(({ id }) => id),
  ]);
  const isCut = messages.isCut || [calls, audit].some((rows) => rows.length === ROWS_MAX);
  return { calls, messages: messages.rows, movements, audit, lines, isCut };
}

/** Lines of the provider's books that are the payment, or one of its refunds. */
async function readLines(ctx: Ctx, ids: readonly string[]): Promise<CaseLine[]> {
  const rows = await ctx.db.providerTransaction.findMany({
    where: { paymentId: { in: [...ids] }, merchantId: ctx.merchantId },
    orderBy: { occurredAt: "asc" },
    take: ROWS_MAX,
  });
  return rows.map(({ id, kind, receipt, amountCents, occurredAt, source, details }) => ({
    ...{ id, kind, receipt, occurredAt, source, details },
    amount: decimalFromCents(amountCents),
  }));
}

async function readCalls(ctx: Ctx, subjectIds: readonly string[]): Promise<CaseCall[]> {
  const rows = await ctx.db.providerCall.findMany({
    where: { subjectId: { in: [...subjectIds] }, merchantId: ctx.merchantId },
    orderBy: { startedAt: "desc" },
    take: ROWS_MAX,
  });
  return rows.reverse().map(({ request, response, ...row }) => ({
    ...row,
    request: showJson(request),
    response: response === null ? null : showJson(response),
  }));
}

/**
 * Messages known to be about the payment, and those that only came to its address: read apart, so that
 * whoever floods the address with forgeries cannot push the genuine ones out of sight.
 */
async function readMessages(
  ctx: Ctx,
  ids: readonly string[],
): Promise<{ rows: CaseMessage[]; isCut: boolean }> {
  const read = (where: Prisma.MessageWhereInput) =>
    ctx.db.message.findMany({ where, orderBy: { receivedAt: "desc" }, take: ROWS_MAX });
  const [about, addressed] = await Promise.all([
    read({ subjectId: { in: [...ids] } }),
    read({
      addressee: { in: [...ids] },
      OR: [{ subjectId: null }, { subjectId: { notIn: [...ids] } }],
    }),
  ]);
  const rows = [...about, ...addressed].sort(
    (a, b) => a.receivedAt.getTime() - b.receivedAt.getTime(),
  );
  return {
    rows: rows.map(toCaseMessage),
    isCut: about.length === ROWS_MAX || addressed.length === ROWS_MAX,
  };
}

function toCaseMessage(message: Message): CaseMessage {
  const { id, provider, kind, outcome, source, receivedAt, repeats } = message;
  return {
    ...{ id, provider, kind, outcome, source, receivedAt, repeats },
    note: maskText(message.note ?? ""),
    headers: showJson(message.headers),
    body: showBody(message.body),
  };
}

async function readAudit(
  ctx: Ctx,
  { alsoAbout }: About,
  subjectIds: readonly string[],
): Promise<CaseAudit[]> {
  const [paymentId] = subjectIds;
  const settings: Prisma.AuditEntryWhereInput[] = alsoAbout
    ? [
        {
          subjectId: { in: [...alsoAbout.subjectIds] },
          action: { in: SETTINGS_ACTIONS },
          createdAt: { gte: alsoAbout.from, lte: alsoAbout.until },
        },
      ]
    : [];
  const rows = await ctx.db.auditEntry.findMany({
    where: {
      merchantId: ctx.merchantId,
      OR: [{ subjectId: { in: [...subjectIds] } }, ...settings],
    },
    orderBy: { seq: "desc" },
    take: ROWS_MAX,
  });
  const people = await ctx.db.user.findMany({
    where: { id: { in: rows.map(({ actorId }) => actorId) }, merchantId: ctx.merchantId },
    select: { id: true, name: true },
  });
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const shown = (value: Prisma.JsonValue | null) => (value === null ? null : showJson(value));
  return rows.reverse().map((row) => ({
    seq: row.seq.toString(),
    action: row.action,
    actorKind: row.actorKind,
    actor: names.get(row.actorId) ?? row.actorId,
    aboutId: row.subjectId === paymentId ? null : row.subjectId,
    before: shown(row.before),
    after: shown(row.after),
    at: row.createdAt,
  }));
}

async function readMovements(
  ctx: Ctx,
  { kinds, refs }: About["movements"],
): Promise<CaseMovement[]> {
  const rows = await ctx.db.ledgerMovement.findMany({
    where: { merchantId: ctx.merchantId, kind: { in: [...kinds] }, ref: { in: [...refs] } },
    orderBy: { createdAt: "asc" },
    include: {
      lines: {
        orderBy: { id: "asc" },
        select: { amountCents: true, account: { select: { kind: true, owner: true } } },
      },
    },
  });
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    ref: row.ref,
    isGivenBack: row.reversesId !== null,
    at: row.createdAt,
    lines: row.lines.map(({ account, amountCents }) => ({
      account: [account.kind, account.owner].filter(Boolean).join(" "),
      amount: decimalFromCents(amountCents),
    })),
  }));
}
