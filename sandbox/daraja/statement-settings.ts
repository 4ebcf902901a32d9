import { z } from "zod";

/** The switches of the statement that the organisation portal exports. */
export const statementSettingsShape = {
  b2cChargeAccount: z
    .enum(["charges", "utility"])
    .describe(
      "M-Pesa, choice. Which account pays the charge of a payout; from `utility` it is a row of the usual statement.",
    ),
  statementWithdrawnSign: z
    .enum(["minus", "plain"])
    .describe("M-Pesa, choice. What went out stands in a statement as `-500.00`, or as `500.00`."),
};

type StatementSettings = z.infer<z.ZodObject<typeof statementSettingsShape>>;

export const STATEMENT_SETTINGS: Readonly<StatementSettings> = {
  b2cChargeAccount: "charges",
  statementWithdrawnSign: "minus",
};
