import { afterAll, expect, test } from "vitest";
import { makeCtx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { recordProviderCall } from "./record-provider-call";

afterAll(() => closeDb());

test("a provider's words with NUL in them are kept without it, and the outcome is not lost", async () => {
  const ctx = makeCtx((await createMerchant()).id, { kind: "system", id: "test" });
  const subjectId = `wdr_${crypto.randomUUID()}`;
  const outcome = {
    kind: "accepted",
    exchange: {
      operation: "b2c",
      request: { Remarks: "to\0whom" },
      response: { ResponseDescription: "a\0b", list: ["c\0", { deep: "\0d" }], ResponseCode: 0 },
      httpStatus: 200,
      durationMs: 3,
    },
  } as const;
  const subject = { provider: "mpesa", operation: "b2c", subjectId };
  expect(await recordProviderCall(ctx, subject, () => Promise.resolve(outcome))).toBe(outcome);
  expect(await db().providerCall.findMany({ where: { subjectId } })).toMatchObject([
    {
      outcome: "accepted",
      httpStatus: 200,
      request: { Remarks: "towhom" },
      response: { ResponseDescription: "ab", list: ["c", { deep: "d" }], ResponseCode: 0 },
    },
  ]);
});
