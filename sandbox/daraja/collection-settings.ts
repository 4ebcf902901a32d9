import { z } from "zod";

const milliseconds = z.number().int().min(0).max(86_400_000);

/** The switches of payments that customers start themselves, and of what is told about them. */
export const collectionSettingsShape = {
  c2bRegisterMode: z
    .enum(["sandbox", "live"])
    .describe(
      "M-Pesa. Registering addresses for customers' payments again overwrites them (`sandbox`), or is refused with 500.003.1001 (`live`, where payments cannot be simulated either).",
    ),
  c2bDuplicateText: z
    .enum(["registered", "duplicate"])
    .describe("M-Pesa. The words of that refusal; both have been seen."),
  c2bProduct: z
    .enum(["both", "v1", "v2"])
    .describe(
      "M-Pesa, choice. Which version of customers' payments the app has; the other answers 401.003.01.",
    ),
  c2bRegisterAnswer: z
    .enum(["full", "description_only"])
    .describe(
      "M-Pesa. The answer to a registration: complete, or without its ResponseCode as measured once.",
    ),
  c2bAfterStk: z
    .boolean()
    .describe(
      "M-Pesa. A paid push to a PayBill with registered addresses also sends the confirmation of a customer's payment, with the same receipt.",
    ),
  c2bNames: z
    .enum(["full", "first_only"])
    .describe(
      "M-Pesa. The payer's names in these messages: all three keys, or FirstName alone as in production.",
    ),
  c2bValidationMs: milliseconds.describe(
    "M-Pesa. How long a payment waits to be validated before ResponseType decides (documented: about 8 s).",
  ),
  c2bChargeCents: z
    .bigint()
    .min(0n)
    .describe(
      "M-Pesa, choice. What a customer's payment costs the organisation, taken from the same account.",
    ),
};

type CollectionSettings = z.infer<z.ZodObject<typeof collectionSettingsShape>>;

export const COLLECTION_SETTINGS: Readonly<CollectionSettings> = {
  c2bRegisterMode: "sandbox",
  c2bDuplicateText: "registered",
  c2bProduct: "both",
  c2bRegisterAnswer: "full",
  c2bAfterStk: true,
  c2bNames: "full",
  c2bValidationMs: 8_000,
  c2bChargeCents: 0n,
};
