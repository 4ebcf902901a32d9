import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeCtx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { parkDepositReturn } from "@/lib/http/deposit-return";
import type { RouteHandler } from "@/lib/http/with-api";
import { newId } from "@/lib/kit/ids";
import { createVoucherDeposit } from "@/lib/payments/create-voucher-deposit";
import { requestMpesaDeposit } from "@/lib/payments/request-mpesa-deposit";
import { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import { closeLiveHub } from "@/lib/realtime/live-hub";
import { previewStatement } from "@/lib/recovery/statements/preview-statement";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { createStaff } from "@/prisma/factories/create-staff";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import { fund, staffOf } from "@/test/payouts";
import { accountOf, statementCsv } from "@/test/statements";
import { GET as balance } from "./api/balance/route";
import { POST as initiateMpesa } from "./api/deposit/initiate-mpesa/route";
import { POST as initiate } from "./api/deposit/initiate-voucher/route";
import { POST as paste } from "./api/deposit/paste-voucher/route";
import { GET as depositReturn } from "./api/deposit/return/route";
import { GET as events } from "./api/events/route";
import { GET as live } from "./api/health/live/route";
import { GET as ready } from "./api/health/ready/route";
import { GET as health } from "./api/health/route";
import { POST as limits } from "./api/limits/route";
import { GET as payment } from "./api/payments/[id]/route";
import { GET as payments } from "./api/payments/route";
import { GET as allowance } from "./api/withdraw/allowance/route";
import { POST as review } from "./api/withdraw/review/route";
import { POST as withdraw } from "./api/withdraw/route";
import { POST as registerConfirmations } from "./dashboard/accounts/[id]/confirmations/route";
import { POST as askHistory } from "./dashboard/accounts/[id]/history/route";
import { POST as openList } from "./dashboard/accounts/[id]/list/route";
import { POST as resumePayouts } from "./dashboard/accounts/[id]/resume/route";
import { POST as retryJob } from "./dashboard/jobs/[id]/retry/route";
import { POST as replayMessage } from "./dashboard/messages/[id]/replay/route";
import { POST as askProvider } from "./dashboard/payments/[id]/check/route";
import { POST as askReceipt } from "./dashboard/review/[id]/ask-receipt/route";
import { POST as assignCase } from "./dashboard/review/[id]/assign/route";
import { POST as decide } from "./dashboard/review/[id]/decide/route";
import { POST as findOwner } from "./dashboard/review/[id]/find-customer/route";
import { POST as approveDecision } from "./dashboard/review/decisions/[id]/approve/route";
import { POST as turnDownDecision } from "./dashboard/review/decisions/[id]/turn-down/route";
import { POST as giveBack } from "./dashboard/payments/[id]/refund/route";
import { POST as orderRefundAgain } from "./dashboard/refunds/[id]/again/route";
import { POST as approveRefund } from "./dashboard/refunds/[id]/approve/route";
import { POST as cancelRefund } from "./dashboard/refunds/[id]/cancel/route";
import { POST as rejectRefund } from "./dashboard/refunds/[id]/reject/route";
import { POST as closeStatement } from "./dashboard/statements/[id]/close/route";
import { POST as discardStatement } from "./dashboard/statements/[id]/discard/route";
import { POST as importStatement } from "./dashboard/statements/[id]/import/route";
import { POST as compareBalance } from "./dashboard/statements/compare/route";
import { POST as uploadStatement } from "./dashboard/statements/upload/route";
import { POST as approve } from "./dashboard/withdrawals/[id]/approve/route";
import { POST as reject } from "./dashboard/withdrawals/[id]/reject/route";
import { POST as findCustomer } from "./dashboard/withdrawals/new/find/route";
import { POST as payOutFor } from "./dashboard/withdrawals/new/request/route";
import { POST as saveRules } from "./dashboard/withdrawals/rules/save/route";
import { GET as resume } from "./deposit/resume/route";
import { POST as language } from "./language/route";
import { POST as cancel } from "./payments/[id]/cancel/route";
import { POST as check } from "./payments/[id]/check/route";
import { POST as signIn } from "./session/sign-in/route";
import { POST as signOutEverywhere } from "./session/sign-out-everywhere/route";
import { POST as signOut } from "./session/sign-out/route";
import { POST as signUp } from "./session/sign-up/route";

type Who =
  "nobody" | "another customer" | "another merchant's customer" | "another merchant's staff";

/** What each of them gets when they try what belongs to somebody else: a status, or where they are led. */
type Answers = Record<Who, number | string>;

interface Door {
  readonly method: "GET" | "POST";
  /** Absent where the door is no door for people; `because` says who proves it instead. */
  readonly handler?: RouteHandler;
  readonly because?: string;
  readonly id?: () => string;
  readonly query?: () => string;
  readonly cookie?: () => string;
  readonly body?: () => object;
  readonly answers?: Answers;
}

/** Everybody is let in, because nothing behind the door is anybody's. */
const OPEN: Answers = {
  nobody: 200,
  "another customer": 200,
  "another merchant's customer": 200,
  "another merchant's staff": 200,
};
/** Each customer finds their own things behind it, and only those. */
const OWN_THINGS: Answers = { ...OPEN, nobody: 401, "another merchant's staff": 403 };
/** One payment of one customer: to others it does not exist. */
const ONE_PAYMENT: Answers = {
  nobody: 401,
  "another customer": 404,
  "another merchant's customer": 404,
  "another merchant's staff": 403,
};
const STAFF_THINGS: Answers = {
  nobody: 401,
  "another customer": 403,
  "another merchant's customer": 403,
  "another merchant's staff": 404,
};
/** Only an admin may, so another merchant's staff hear that before whose it is. */
const ADMIN_THINGS: Answers = { ...STAFF_THINGS, "another merchant's staff": 403 };
const NOT_YOURS = "/deposit?notice=not-yours";
const SOMEBODYS_RETURN: Answers = {
  nobody: "/sign-in?next=%2Fdeposit%2Fresume",
  "another customer": NOT_YOURS,
  "another merchant's customer": NOT_YOURS,
  "another merchant's staff": NOT_YOURS,
};
/** Whoever has no money here is told so about their own, and staff withdraw by another door. */
const OWN_MONEY: Answers = {
  nobody: 401,
  "another customer": 422,
  "another merchant's customer": 422,
  "another merchant's staff": 403,
};
const PAYEE = "mama.mboga@soko.test";
const PROVIDERS = "providers call it; its own tests cover who is believed";

const owned = {
  depositId: "",
  mpesaDepositId: "",
  withdrawalId: "",
  approvalId: "",
  sessionId: "",
  messageId: "",
  jobId: "",
  accountId: "",
  statementId: "",
  decisionId: "",
  refundId: "",
};
let owner: User;
const cookies = new Map<Who, string>();

const returned = () => ({
  cancelled: true,
  sessionId: owned.sessionId,
  voucher: "MLP-7Q2K9D4TXW",
  paymentId: "pay_1",
});
const returnedQuery = () =>
  `status=cancelled&session_id=${owned.sessionId}&voucher=MLP-7Q2K9D4TXW&payment_id=pay_1`;

/** A window of M-Pesa's list, as the form writes it. */
function lastHour() {
  const nairobi = (hours: number) =>
    new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16);
  return { from: nairobi(2), to: nairobi(3) };
}

const orderToPayee = { method: "pesavoucher", amount: "500", email: PAYEE };

const DOORS: Record<string, Door> = {
  "api/auth/[...nextauth]": {
    method: "POST",
    because: "it runs inside Next only; lib/auth/session.test.ts covers what it is made of",
  },
  "api/balance": { method: "GET", handler: balance, answers: OWN_THINGS },
  "api/deposit/initiate-mpesa": {
    method: "POST",
    handler: initiateMpesa,
    body: () => ({ retry_of: owned.mpesaDepositId }),
    answers: ONE_PAYMENT,
  },
  "api/deposit/initiate-voucher": {
    method: "POST",
    handler: initiate,
    body: () => ({ amount: "500" }),
    answers: OWN_THINGS,
  },
  "api/deposit/paste-voucher": {
    method: "POST",
    handler: paste,
    body: () => ({ code: "MLP-7Q2K9D4TXW", payment: owned.depositId }),
    answers: ONE_PAYMENT,
  },
  "api/deposit/return": {
    method: "GET",
    handler: depositReturn,
    query: returnedQuery,
    answers: SOMEBODYS_RETURN,
  },
  "api/events": { method: "GET", handler: events, answers: OWN_THINGS },
  "api/health": { method: "GET", handler: health, answers: OPEN },
  "api/health/live": { method: "GET", handler: live, answers: OPEN },
  "api/health/ready": { method: "GET", handler: ready, answers: OPEN },
  "api/limits": {
    method: "POST",
    handler: limits,
    body: () => ({ kind: "day", amount: "1" }),
    answers: OWN_THINGS,
  },
  "api/payments": { method: "GET", handler: payments, answers: OWN_THINGS },
  "api/payments/[id]": {
    method: "GET",
    handler: payment,
    id: () => owned.depositId,
    answers: ONE_PAYMENT,
  },
  "api/pesavoucher/callback": { method: "POST", because: PROVIDERS },
  "api/pesavoucher/redemption-webhook": { method: "POST", because: PROVIDERS },
  "api/pesavoucher/voucher-created-webhook": { method: "POST", because: PROVIDERS },
  "api/withdraw": {
    method: "POST",
    handler: withdraw,
    body: () => ({ ...orderToPayee, attempt: "of the owner" }),
    answers: OWN_MONEY,
  },
  "api/withdraw/allowance": { method: "GET", handler: allowance, answers: OWN_THINGS },
  "api/withdraw/review": {
    method: "POST",
    handler: review,
    body: () => orderToPayee,
    answers: OWN_MONEY,
  },
  "callbacks/daraja/[secret]/b2c/result/[withdrawalId]": { method: "POST", because: PROVIDERS },
  "callbacks/daraja/[secret]/b2c/timeout/[withdrawalId]": { method: "POST", because: PROVIDERS },
  "callbacks/daraja/[secret]/c2b/confirmation": { method: "POST", because: PROVIDERS },
  "callbacks/daraja/[secret]/c2b/validation": { method: "POST", because: PROVIDERS },
  "callbacks/daraja/[secret]/reversal/result/[refundId]": { method: "POST", because: PROVIDERS },
  "callbacks/daraja/[secret]/reversal/timeout/[refundId]": { method: "POST", because: PROVIDERS },
  "callbacks/daraja/[secret]/status/result/[withdrawalId]": { method: "POST", because: PROVIDERS },
  "callbacks/daraja/[secret]/status/timeout/[withdrawalId]": { method: "POST", because: PROVIDERS },
  "callbacks/daraja/[secret]/stk/[depositId]": { method: "POST", because: PROVIDERS },
  "dashboard/accounts/[id]/confirmations": {
    method: "POST",
    handler: registerConfirmations,
    id: () => owned.accountId,
    answers: ADMIN_THINGS,
  },
  "dashboard/accounts/[id]/history": {
    method: "POST",
    handler: askHistory,
    id: () => owned.accountId,
    body: lastHour,
    answers: STAFF_THINGS,
  },
  "dashboard/accounts/[id]/list": {
    method: "POST",
    handler: openList,
    id: () => owned.accountId,
    answers: ADMIN_THINGS,
  },
  "dashboard/accounts/[id]/resume": {
    method: "POST",
    handler: resumePayouts,
    id: () => newId("providerAccount"),
    answers: ADMIN_THINGS,
  },
  "dashboard/jobs/[id]/retry": {
    method: "POST",
    handler: retryJob,
    id: () => owned.jobId,
    answers: STAFF_THINGS,
  },
  "dashboard/messages/[id]/replay": {
    method: "POST",
    handler: replayMessage,
    id: () => owned.messageId,
    answers: STAFF_THINGS,
  },
  "dashboard/payments/[id]/check": {
    method: "POST",
    handler: askProvider,
    id: () => owned.mpesaDepositId,
    answers: STAFF_THINGS,
  },
  "dashboard/review/[id]/ask-receipt": {
    method: "POST",
    handler: askReceipt,
    id: () => owned.mpesaDepositId,
    body: () => ({ receipt: "SKL4X9T2QW", reason: "the SMS" }),
    answers: STAFF_THINGS,
  },
  "dashboard/review/[id]/assign": {
    method: "POST",
    handler: assignCase,
    id: () => owned.mpesaDepositId,
    body: () => ({ assignee: owner.id }),
    answers: STAFF_THINGS,
  },
  "dashboard/review/[id]/decide": {
    method: "POST",
    handler: decide,
    id: () => owned.mpesaDepositId,
    body: () => ({
      action: "credit_by_person",
      reason: "the SMS",
      creditAmount: "500",
      receipt: "SKL4X9T2QW",
    }),
    answers: STAFF_THINGS,
  },
  "dashboard/review/[id]/find-customer": {
    method: "POST",
    handler: findOwner,
    id: () => owned.mpesaDepositId,
    body: () => ({ owner: owner.phone }),
    answers: STAFF_THINGS,
  },
  "dashboard/review/decisions/[id]/approve": {
    method: "POST",
    handler: approveDecision,
    id: () => owned.decisionId,
    answers: STAFF_THINGS,
  },
  "dashboard/review/decisions/[id]/turn-down": {
    method: "POST",
    handler: turnDownDecision,
    id: () => owned.decisionId,
    body: () => ({ reason: "not so" }),
    answers: STAFF_THINGS,
  },
  "dashboard/statements/[id]/close": {
    method: "POST",
    handler: closeStatement,
    id: () => owned.statementId,
    answers: STAFF_THINGS,
  },
  "dashboard/statements/[id]/discard": {
    method: "POST",
    handler: discardStatement,
    id: () => owned.statementId,
    answers: STAFF_THINGS,
  },
  "dashboard/statements/[id]/import": {
    method: "POST",
    handler: importStatement,
    id: () => owned.statementId,
    answers: STAFF_THINGS,
  },
  "dashboard/statements/compare": {
    method: "POST",
    handler: compareBalance,
    // They compare their own, and nobody answers where the provider would be.
    answers: { ...STAFF_THINGS, "another merchant's staff": 503 },
  },
  "dashboard/statements/upload": {
    method: "POST",
    handler: uploadStatement,
    // They hand in a file of their own, and this is none.
    answers: { ...STAFF_THINGS, "another merchant's staff": 422 },
  },
  "dashboard/payments/[id]/refund": {
    method: "POST",
    handler: giveBack,
    id: () => owned.mpesaDepositId,
    body: () => ({ amount: "500", why: "not theirs", attempt: "strange" }),
    answers: STAFF_THINGS,
  },
  "dashboard/refunds/[id]/again": {
    method: "POST",
    handler: orderRefundAgain,
    id: () => owned.refundId,
    body: () => ({ note: "not ours" }),
    answers: STAFF_THINGS,
  },
  "dashboard/refunds/[id]/approve": {
    method: "POST",
    handler: approveRefund,
    id: () => owned.refundId,
    answers: STAFF_THINGS,
  },
  "dashboard/refunds/[id]/cancel": {
    method: "POST",
    handler: cancelRefund,
    id: () => owned.refundId,
    answers: STAFF_THINGS,
  },
  "dashboard/refunds/[id]/reject": {
    method: "POST",
    handler: rejectRefund,
    id: () => owned.refundId,
    body: () => ({ note: "not ours" }),
    answers: STAFF_THINGS,
  },
  "dashboard/withdrawals/[id]/approve": {
    method: "POST",
    handler: approve,
    id: () => owned.approvalId,
    answers: STAFF_THINGS,
  },
  "dashboard/withdrawals/[id]/reject": {
    method: "POST",
    handler: reject,
    id: () => owned.approvalId,
    body: () => ({ note: "not ours" }),
    answers: STAFF_THINGS,
  },
  "dashboard/withdrawals/new/find": {
    method: "POST",
    handler: findCustomer,
    body: () => ({ customer: owner.phone }),
    answers: { ...STAFF_THINGS, "another merchant's staff": 422 },
  },
  "dashboard/withdrawals/new/request": {
    method: "POST",
    handler: payOutFor,
    body: () => ({
      customer_id: owner.id,
      method: "pesavoucher",
      amount: "500",
      email: "thief@example.com",
      attempt: "one",
    }),
    answers: STAFF_THINGS,
  },
  "dashboard/withdrawals/rules/save": {
    method: "POST",
    handler: saveRules,
    body: () => ({ approval_above: "", review_above: "" }),
    answers: ADMIN_THINGS,
  },
  "deposit/resume": {
    method: "GET",
    handler: resume,
    cookie: () => parkDepositReturn(returned()).split(";")[0] ?? "",
    answers: SOMEBODYS_RETURN,
  },
  language: { method: "POST", handler: language, body: () => ({ locale: "sw" }), answers: OPEN },
  "payments/[id]/cancel": {
    method: "POST",
    handler: cancel,
    id: () => owned.mpesaDepositId,
    answers: ONE_PAYMENT,
  },
  "payments/[id]/check": {
    method: "POST",
    handler: check,
    id: () => owned.depositId,
    answers: ONE_PAYMENT,
  },
  "session/sign-in": {
    method: "POST",
    handler: signIn,
    body: () => ({ identifier: owner.phone, password: "a guess of somebody" }),
    answers: {
      nobody: 422,
      "another customer": 422,
      "another merchant's customer": 422,
      "another merchant's staff": 422,
    },
  },
  "session/sign-out": { method: "POST", handler: signOut, answers: OPEN },
  "session/sign-out-everywhere": {
    method: "POST",
    handler: signOutEverywhere,
    answers: { ...OPEN, nobody: 401 },
  },
  "session/sign-up": {
    method: "POST",
    handler: signUp,
    body: () => ({ name: "Another", phone: owner.phone, password: "tembo mla mtu" }),
    answers: {
      nobody: 422,
      "another customer": 422,
      "another merchant's customer": 422,
      "another merchant's staff": 422,
    },
  },
  "v1/webhooks/mpesa": { method: "POST", because: PROVIDERS },
  "v1/webhooks/mpesa/reversal/result": { method: "POST", because: PROVIDERS },
  "v1/webhooks/mpesa/transactionstatus/result": { method: "POST", because: PROVIDERS },
  "v1/webhooks/mpesa/transactionstatus/timeout": { method: "POST", because: PROVIDERS },
};

/** The doors of one payment once more, with money that goes out behind them. */
const DOORS_OF_WITHDRAWAL: Record<string, Door> = {
  "api/payments/[id] of a withdrawal": {
    method: "GET",
    handler: payment,
    id: () => owned.withdrawalId,
    answers: ONE_PAYMENT,
  },
  "payments/[id]/cancel of a withdrawal": {
    method: "POST",
    handler: cancel,
    id: () => owned.withdrawalId,
    answers: ONE_PAYMENT,
  },
  "payments/[id]/check of a withdrawal": {
    method: "POST",
    handler: check,
    id: () => owned.withdrawalId,
    answers: ONE_PAYMENT,
  },
};

const PEOPLE: readonly Who[] = [
  "nobody",
  "another customer",
  "another merchant's customer",
  "another merchant's staff",
];

beforeAll(async () => {
  const shop = await createMerchant({ slug: "demo" });
  owner = await createCustomer({ merchantId: shop.id });
  const ctx = makeCtx(shop.id, { kind: "customer", id: owner.id });
  const deposit = await createVoucherDeposit(ctx, { amount: "500", attemptKey: "one" });
  owned.depositId = deposit.depositId;
  owned.sessionId = new URL(deposit.redirectUrl).searchParams.get("session_id") ?? "";
  // Nobody answers where the provider would be, so this one is not paid and may be asked for again.
  const prompt = { phone: "0712 000 001", amount: "500", attemptKey: "two" };
  owned.mpesaDepositId = (await requestMpesaDeposit(ctx, prompt)).depositId;
  await fund(owner, 7_000_000n);
  const order = { method: "pesavoucher", amount: "500", to: PAYEE } as const;
  const attempt = { attemptKey: "of the owner", passwordConfirmed: true };
  owned.withdrawalId = (await requestWithdrawal(ctx, { ...order, ...attempt })).withdrawalId;
  // Large enough that another person has to approve it.
  const large = { ...order, amount: "60000", ...attempt };
  owned.approvalId = (await requestWithdrawal(ctx, large)).withdrawalId;
  const account = { merchantId: shop.id, isDefault: true };
  owned.accountId = (await db().providerAccount.findFirstOrThrow({ where: account })).id;
  owned.refundId = await waitingRefund(shop.id);
  owned.messageId = await keptMessage();
  owned.jobId = await deadJob(shop.id);
  owned.statementId = await handedInStatement(shop.id);
  owned.decisionId = await waitingDecision(shop.id);
});
afterAll(async () => {
  await closeLiveHub();
  await closeDb();
});

/** A refund that waits for another person; the shop's own people may decide about it. */
async function waitingRefund(merchantId: string): Promise<string> {
  const { user } = await staffOf(merchantId);
  const now = new Date();
  const of = { merchantId, customerId: owner.id, depositId: owned.mpesaDepositId };
  const asked = { why: "twice", requestedById: user.id, attemptKey: "of the staff" };
  const { id } = await db().refund.create({
    data: {
      ...{ ...of, ...asked, id: newId("refund"), method: "reversal", state: "awaiting_approval" },
      ...{ amountCents: 50_000n, accountId: owned.accountId, receipt: "UKL7ACCESS" },
      ...{ deadlineAt: now, createdAt: now },
    },
  });
  return id;
}

async function keptMessage(): Promise<string> {
  const now = new Date();
  const message = await db().message.create({
    data: {
      id: newId("message"),
      provider: "pesavoucher",
      kind: "purchase",
      dedupeKey: "kept",
      body: new Uint8Array([1]),
      headers: {},
      source: "203.0.113.1",
      receivedAt: now,
      nextAttemptAt: now,
      workedAt: now,
      outcome: "quarantined",
      subjectId: owned.depositId,
    },
  });
  return message.id;
}

async function handedInStatement(merchantId: string): Promise<string> {
  const { ctx: staff } = await staffOf(merchantId);
  const bytes = statementCsv({ shortcode: (await accountOf(merchantId)).shortcode, lines: [] });
  return (await previewStatement(staff, { fileName: "statement.csv", bytes })).statementId;
}

async function waitingDecision(merchantId: string): Promise<string> {
  const now = new Date();
  const { ctx: staff } = await staffOf(merchantId);
  const decision = await db().reviewDecision.create({
    data: {
      id: newId("decision"),
      merchantId,
      subjectId: owned.mpesaDepositId,
      action: "mark_not_paid",
      params: {},
      amountCents: 50_000n,
      reason: "seen",
      state: "waiting",
      proposedById: staff.actor.id,
      proposedAt: now,
      deadlineAt: new Date(now.getTime() + 60_000),
    },
  });
  return decision.id;
}

async function deadJob(merchantId: string): Promise<string> {
  const payload = JSON.stringify({ merchantId });
  const [job] = await db().$queryRaw<{ id: string }[]>`
    SELECT (graphile_worker.add_job('kept.dead', ${payload}::json, max_attempts := 1)).id::text`;
  await db().$executeRaw`UPDATE graphile_worker._private_jobs SET attempts = max_attempts`;
  return job?.id ?? "";
}

/** A fresh session each time: two of the doors end the one they are tried with. */
async function cookieOf(who: Who): Promise<string> {
  if (who === "nobody") return "";
  const made = cookies.get(who);
  const user = made ? await db().user.findUniqueOrThrow({ where: { id: made } }) : await make(who);
  cookies.set(who, user.id);
  return sessionCookie(user);
}

function make(who: Exclude<Who, "nobody">): Promise<User> {
  if (who === "another customer") return createCustomer({ merchantId: owner.merchantId });
  return who === "another merchant's customer" ? createCustomer() : createStaff();
}

/** Everything of the owner that a stranger must not move. */
async function ownersThings(): Promise<unknown> {
  const where = { merchantId: owner.merchantId, customerId: owner.id };
  return Promise.all([
    db().deposit.findMany({ where, include: { redemptions: true, stkPush: true } }),
    db().withdrawal.findMany({ where }),
    db().refund.findMany({ where }),
    db().statementImport.findMany({ where: { merchantId: owner.merchantId } }),
    db().reviewDecision.findMany(),
    db().receiptQuery.findMany(),
    db().caseAssignment.findMany(),
    db().customerLimit.findMany({ where: { customerId: owner.id } }),
    db().withdrawalRules.findMany(),
    db().user.findUnique({ where: { id: owner.id } }),
    db().message.findMany(),
    db().liveEvent.findMany({ where: { customerId: owner.id } }),
    db().ledgerLine.findMany(),
    db().voucherRedemption.count(),
    db().$queryRaw`SELECT id, attempts, run_at FROM graphile_worker._private_jobs ORDER BY id`,
  ]);
}

async function tryDoor(door: Door, handler: RouteHandler, who: Who) {
  const stop = new AbortController();
  const request = new Request(`http://localhost:3000/door?${door.query?.() ?? ""}`, {
    method: door.method,
    body: door.method === "POST" ? JSON.stringify(door.body?.() ?? {}) : undefined,
    headers: {
      cookie: [await cookieOf(who), door.cookie?.() ?? ""].filter(Boolean).join("; "),
      "content-type": "application/json",
      "sec-fetch-site": "same-origin",
    },
    signal: stop.signal,
  });
  const answer = await handler(request, { params: Promise.resolve({ id: door.id?.() ?? "" }) });
  const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream");
  const told = isStream ? await firstChunk(answer) : await answer.text();
  stop.abort();
  return { answer, told };
}

async function firstChunk(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  const chunk = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(chunk?.value);
}

test("every Route Handler of the app is in this table, by its path and its methods", () => {
  const files = globSync("**/route.{ts,tsx}", { cwd: import.meta.dirname });
  const found = files.map((file) => path.dirname(file)).sort();
  expect(found).toEqual(Object.keys(DOORS).sort());
  const methods = Object.fromEntries(files.map((file) => [path.dirname(file), methodsOf(file)]));
  expect(methods["api/auth/[...nextauth]"]).toEqual(["GET", "POST"]);
  for (const [route, door] of Object.entries(DOORS)) {
    if (route === "api/auth/[...nextauth]") continue;
    expect([route, ...(methods[route] ?? [])]).toEqual([route, door.method]);
  }
});

/** Which methods a route file exports, however it does so. */
function methodsOf(file: string): string[] {
  const source = readFileSync(path.join(import.meta.dirname, file), "utf8");
  const exported = source.split("\n").filter((line) => line.startsWith("export"));
  const named = /\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/g;
  return [...new Set(exported.flatMap((line) => line.match(named) ?? []))].sort();
}

describe.each(Object.entries({ ...DOORS, ...DOORS_OF_WITHDRAWAL }))("%s", (_, door) => {
  const { handler, answers } = door;
  if (!handler || !answers) {
    test("is proven elsewhere", () => expect(door.because).toMatch(/\w{4}/));
    return;
  }
  let before: unknown;
  beforeAll(async () => {
    before = await ownersThings();
  });
  afterEach(async () => expect(await ownersThings()).toEqual(before));

  test.each(PEOPLE)("to %s shows and moves nothing of somebody else's", async (who) => {
    const { answer, told } = await tryDoor(door, handler, who);
    const expected = answers[who];
    if (typeof expected === "number") expect(answer.status).toBe(expected);
    else expect([answer.status, answer.headers.get("location")]).toEqual([303, expected]);
    const ids = [owned.depositId, owned.withdrawalId, owned.approvalId, owned.sessionId];
    for (const secret of [...ids, PAYEE, owner.id, owner.phone, owner.name]) {
      expect(told).not.toContain(secret);
    }
  });
});

describe("the owner", () => {
  test("is let in where strangers were not, so the table proves more than locked doors", async () => {
    const cookie = await sessionCookie(owner);
    const ask = (handler: RouteHandler, method: "GET" | "POST", query = "") =>
      handler(
        new Request(`http://localhost:3000/door?${query}`, {
          method,
          body: method === "POST" ? "{}" : undefined,
          headers: { cookie, "content-type": "application/json", "sec-fetch-site": "same-origin" },
        }),
        { params: Promise.resolve({ id: owned.depositId }) },
      );
    expect(await (await ask(payment, "GET")).json()).toMatchObject({ id: owned.depositId });
    expect(await (await ask(payments, "GET")).json()).toMatchObject({
      payments: [
        { id: owned.approvalId },
        { id: owned.withdrawalId },
        { id: owned.mpesaDepositId },
        { id: owned.depositId },
      ],
    });
    expect((await ask(check, "POST")).status).toBe(200);
    const home = await ask(depositReturn, "GET", returnedQuery());
    expect(home.headers.get("location")).toBe(`/payments/${owned.depositId}`);
  });
});
