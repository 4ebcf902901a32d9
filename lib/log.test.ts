import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { log } from "@/lib/log";
import { acceptVoucherReturn } from "@/lib/payments/accept-voucher-return";
import { pasteVoucherCode } from "@/lib/payments/paste-voucher-code";
import { eventually } from "@/test/eventually";
import { openShop, type Shop } from "@/test/shop";

let shop: Shop;
let written = "";

/** Hears what an operator would read: the log writes lines to standard output. */
function listen(): void {
  vi.spyOn(process.stdout, "write").mockImplementation((chunk: Uint8Array | string) => {
    written += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    return true;
  });
}

beforeAll(async () => {
  // Everything there is to say: a secret that only `trace` would print is printed here.
  process.env.LOG_LEVEL = "trace";
  listen();
  shop = await openShop();
  log().info("listening");
});
beforeEach(() => {
  written = "";
  listen();
});
afterAll(() => shop.close());

test("the capture sees what is logged: a test of silence must be able to hear", () => {
  log().info({ subjectId: "dep_1" }, "heard");
  expect(written).toContain('"msg":"heard"');
  expect(written).toContain('"subjectId":"dep_1"');
});

test("secrets are struck out by name, at the top and inside", () => {
  const secrets = {
    password: "hunter2",
    code: "MLP-ABCD1234EFGH5678",
    voucher: "MLP-ABCD1234EFGH5678",
    voucher_code: "MLP-ABCD1234EFGH5678",
    phone: "+254712345678",
    phone_number: "254712345678",
    apiKey: "pk_test_1",
    apiSecret: "sk_test_1",
    authorization: "Bearer abc",
    cookie: "session=abc",
    token: "t0p",
    secret: "s3cret",
    body: "raw",
  };
  log().warn({ ...secrets, inner: secrets, outer: { inner: secrets } }, "a request broke");
  expect(written).toContain("a request broke");
  for (const value of Object.values(secrets)) expect(written).not.toContain(`"${value}"`);
  expect(written.match(/\[redacted\]/g)).toHaveLength(3 * Object.keys(secrets).length);
});

test("a whole deposit, with lost answers and strangers, leaves no code, phone or secret in the log", async () => {
  const { control } = shop.sandbox;
  const { user, ctx } = await shop.customer();
  const codes: string[] = [];
  const buy = async (callback: boolean) => {
    const purchase = await shop.purchase(ctx);
    const { voucher } = await control.createVoucher({
      amountCents: 50_000n,
      sessionId: purchase.sessionId,
      msisdn: "254712345633",
      callbackUrl: callback ? purchase.callbackUrl : undefined,
    });
    codes.push(voucher.code);
    return { ...purchase, code: voucher.code };
  };

  await control.addFault({ endpoint: "redeem_voucher", effect: { kind: "html" }, times: 1 });
  const first = await buy(true);
  await eventually(() =>
    db().voucherRedemption.findFirstOrThrow({
      where: { depositId: first.depositId, attempts: { gte: 1 } },
    }),
  );
  const second = await buy(false);
  await acceptVoucherReturn(ctx, { sessionId: second.sessionId, voucher: second.code });
  const third = await buy(false);
  await pasteVoucherCode(ctx, { code: third.code, depositId: third.depositId });
  const forged = { success: true, session_id: second.sessionId, voucher_code: third.code };
  await control.forgeCallback({ url: first.callbackUrl, body: forged, source: null });
  await control.forgeCallback({ url: first.callbackUrl, body: `{"voucher_code":"${third.code}"` });
  await shop.runJobs({ evenLater: true });
  await eventually(async () => expect(await shop.availableCents(user)).toBe(150_000n));
  await eventually(async () => {
    expect(await db().message.count({ where: { workedAt: null } })).toBe(0);
  });

  expect(written.split("\n").length, "the flow says something").toBeGreaterThan(3);
  for (const code of codes) {
    expect(written).not.toContain(code);
    expect(written).not.toContain(code.slice(code.indexOf("-") + 1));
  }
  for (const secret of [user.phone, user.phone?.slice(1), user.passwordHash, "254712345633"]) {
    expect(secret).toBeTruthy();
    expect(written).not.toContain(secret);
  }
  for (const name of ["PV_API_KEY", "PV_API_SECRET", "NEXTAUTH_SECRET", "ENCRYPTION_KEY"]) {
    expect(written).not.toContain(process.env[name] ?? "missing");
  }
  for (const { sessionId } of [first, second, third]) expect(written).not.toContain(sessionId);
}, 30_000);
