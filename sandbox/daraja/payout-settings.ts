import { z } from "zod";

import { resultShapeSchema } from "./result-shape";

const milliseconds = z.number().int().min(0).max(86_400_000);

/** The switches of M-Pesa payouts, status questions and account balances. */
export const payoutSettingsShape = {
  v3Product: z
    .boolean()
    .describe(
      "M-Pesa. The app has the v3 product for payouts; off, v3 is refused with 403.002.1001 while v1 still works.",
    ),
  b2cResultDelayMs: milliseconds.describe(
    "M-Pesa, choice. How long an accepted payout stays pending before its money moves and its result goes. With explicit delivery it ends at once, and the result waits to be sent for.",
  ),
  b2cChargeCents: z
    .bigint()
    .min(0n)
    .describe("M-Pesa, choice. What a payout costs the organisation, on its charges account."),
  queryResultDelayMs: milliseconds.describe(
    "M-Pesa, choice. How long a status question or an account balance takes to be looked up and answered; none with explicit delivery.",
  ),
  initiatorTries: z
    .number()
    .int()
    .min(1)
    .max(100)
    .describe(
      "M-Pesa, choice. Wrong operator passwords in a row (result 2001) before the operator is locked (8006).",
    ),
  statusUnknownCode: z
    .string()
    .regex(/^\w{1,20}$/)
    .describe(
      "M-Pesa, choice. ResultCode of a status question about a transaction nobody knows; no document gives one.",
    ),
  timeoutBody: z
    .enum(["envelope", "ids", "empty"])
    .describe(
      "M-Pesa, choice. What is posted to a timeout address: a result envelope with code 1, only its ids, or an empty object. No document says.",
    ),
  resultShape: resultShapeSchema.describe(
    "M-Pesa. The form of results where real ones differ: `codes`, `parameters`, `referenceItem`, `amounts`, `times`, `withoutValue`, `spacedKeys`, `extraFields`. Callback scripts have the same under `shape`.",
  ),
  resultRetryDelaysMs: z
    .array(milliseconds)
    .max(20)
    .describe(
      "M-Pesa. Waits before each repeat of a result that got no 2xx; empty (one attempt) is what the portal says.",
    ),
  certificateExpired: z
    .boolean()
    .describe(
      "M-Pesa. The certificate the sandbox makes for itself has expired, as the copies in circulation have.",
    ),
};

type PayoutSettings = z.infer<z.ZodObject<typeof payoutSettingsShape>>;

export const PAYOUT_SETTINGS: Readonly<PayoutSettings> = {
  v3Product: true,
  b2cResultDelayMs: 1_000,
  b2cChargeCents: 2_240n,
  queryResultDelayMs: 500,
  initiatorTries: 3,
  statusUnknownCode: "2032",
  timeoutBody: "envelope",
  resultShape: {},
  resultRetryDelaysMs: [],
  certificateExpired: false,
};
