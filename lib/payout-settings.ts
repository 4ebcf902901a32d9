import { z } from "zod";

/** The account, the operator and the password the simulated gateway knows (sandbox/README.md). */
const SIMULATED = {
  shortcode: "600998",
  initiatorName: "testapi",
  password: "Malipo#Demo1",
} as const;

/** An operator's password, in the characters M-Pesa takes (docs/providers/daraja.md). */
export const OperatorPassword = z
  .string()
  .regex(/^[A-Za-z0-9#&%$]+$/, "takes letters, digits and # & % $ only, as M-Pesa does");

/** The password as the portal encrypts it, with a key of 2048 bits. */
export const SecurityCredential = z
  .string()
  .regex(/^[A-Za-z0-9+/]{342}==$/, "must be 256 bytes in base64, 344 characters");

/** Why the provider is told that money goes out. */
export const PayoutCommand = z.enum(["BusinessPayment", "SalaryPayment", "PromotionPayment"]);

/** The settings of payouts by M-Pesa, as they are written. */
export const payoutSettings = {
  MPESA_B2C_SHORT_CODE: z
    .string()
    .regex(/^\d{5,7}$/)
    .optional(),
  MPESA_B2C_CONSUMER_KEY: z.string().min(1).optional(),
  MPESA_B2C_CONSUMER_SECRET: z.string().min(1).optional(),
  MPESA_INITIATOR_NAME: z.string().min(1).optional(),
  MPESA_INITIATOR_PASSWORD: OperatorPassword.optional(),
  MPESA_SECURITY_CREDENTIAL: SecurityCredential.optional(),
  MPESA_CERTIFICATE_FILE: z.string().min(1).optional(),
  MPESA_B2C_COMMAND: PayoutCommand.default("BusinessPayment"),
};

type Written = z.infer<z.ZodObject<typeof payoutSettings>>;

/** What payouts share with collection unless they have their own. */
interface Collection {
  readonly environment: string;
  readonly shortcode: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

/** The account that pays out and its operator, as the settings have them. */
export interface PayoutSettings {
  readonly shortcode: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly initiatorName: string;
  /** The operator's password as M-Pesa's portal encrypted it; null when the password itself is given. */
  readonly securityCredential: string | null;
  readonly password: string | null;
  readonly certificateFile: string | null;
  readonly commandId: string;
}

/** The settings with which money is paid out by M-Pesa; null while it is not. */
export function readPayoutSettings(
  written: Written,
  collection: Collection,
): PayoutSettings | null {
  const { environment, consumerKey, consumerSecret } = collection;
  const given = environment === "simulated" ? withSimulated(written) : written;
  const { MPESA_B2C_SHORT_CODE: shortcode, MPESA_INITIATOR_NAME: initiatorName } = given;
  const securityCredential = given.MPESA_SECURITY_CREDENTIAL ?? null;
  const password = securityCredential ? null : (given.MPESA_INITIATOR_PASSWORD ?? null);
  const certificateFile = given.MPESA_CERTIFICATE_FILE ?? null;
  const canSign = securityCredential !== null || (password !== null && certificateFile !== null);
  if (!shortcode || !initiatorName || !canSign) return null;
  return {
    shortcode,
    consumerKey: given.MPESA_B2C_CONSUMER_KEY ?? consumerKey,
    consumerSecret: given.MPESA_B2C_CONSUMER_SECRET ?? consumerSecret,
    initiatorName,
    securityCredential,
    password,
    certificateFile,
    commandId: given.MPESA_B2C_COMMAND,
  };
}

/** What keeps half-made settings from paying out, each with the setting it concerns. */
export function problemsOfPayout(
  written: Written,
  collection: Collection,
): { name: keyof Written; message: string }[] {
  const problems: { name: keyof Written; message: string }[] = [];
  const given = collection.environment === "simulated" ? withSimulated(written) : written;
  const problem = (name: keyof Written, message: string) => problems.push({ name, message });
  if (written.MPESA_INITIATOR_PASSWORD && written.MPESA_SECURITY_CREDENTIAL) {
    problem(
      "MPESA_SECURITY_CREDENTIAL",
      "stands beside MPESA_INITIATOR_PASSWORD; give one of them",
    );
  }
  if (!written.MPESA_B2C_CONSUMER_KEY !== !written.MPESA_B2C_CONSUMER_SECRET) {
    problem(
      written.MPESA_B2C_CONSUMER_KEY ? "MPESA_B2C_CONSUMER_SECRET" : "MPESA_B2C_CONSUMER_KEY",
      "is missing: key and secret belong together",
    );
  }
  if (!given.MPESA_B2C_SHORT_CODE) {
    const set = OF_AN_OPERATOR.find((name) => written[name]);
    if (set) problem("MPESA_B2C_SHORT_CODE", `is missing, though ${set} is set`);
    return problems;
  }
  if (!given.MPESA_INITIATOR_NAME) problem("MPESA_INITIATOR_NAME", "is missing: who pays out");
  if (isOneAppTooMany(given, collection)) {
    problem(
      "MPESA_B2C_CONSUMER_KEY",
      "differs from MPESA_CONSUMER_KEY for one and the same shortcode",
    );
  }
  if (given.MPESA_SECURITY_CREDENTIAL) return problems;
  if (!given.MPESA_INITIATOR_PASSWORD) {
    problem("MPESA_INITIATOR_PASSWORD", "is missing, and so is MPESA_SECURITY_CREDENTIAL");
  }
  // The demo without a certificate pays nothing out; whoever names a number or a password expects it to.
  const isMeant = written.MPESA_B2C_SHORT_CODE ?? written.MPESA_INITIATOR_PASSWORD;
  if (!given.MPESA_CERTIFICATE_FILE && isMeant) {
    problem(
      "MPESA_CERTIFICATE_FILE",
      "is missing: it encrypts MPESA_INITIATOR_PASSWORD for M-Pesa",
    );
  }
  return problems;
}

const OF_AN_OPERATOR = [
  "MPESA_B2C_CONSUMER_KEY",
  "MPESA_B2C_CONSUMER_SECRET",
  "MPESA_INITIATOR_NAME",
  "MPESA_INITIATOR_PASSWORD",
  "MPESA_SECURITY_CREDENTIAL",
  "MPESA_CERTIFICATE_FILE",
] as const;

/** An account has one app: a shortcode that collects and pays out does both with the same keys. */
function isOneAppTooMany(given: Written, collection: Collection): boolean {
  if (given.MPESA_B2C_SHORT_CODE !== collection.shortcode) return false;
  const { MPESA_B2C_CONSUMER_KEY: key, MPESA_B2C_CONSUMER_SECRET: secret } = given;
  return (
    (key !== undefined && key !== collection.consumerKey) ||
    (secret !== undefined && secret !== collection.consumerSecret)
  );
}

function withSimulated(written: Written): Written {
  const { MPESA_SECURITY_CREDENTIAL: ready, MPESA_INITIATOR_PASSWORD: password } = written;
  return {
    ...written,
    MPESA_B2C_SHORT_CODE: written.MPESA_B2C_SHORT_CODE ?? SIMULATED.shortcode,
    MPESA_INITIATOR_NAME: written.MPESA_INITIATOR_NAME ?? SIMULATED.initiatorName,
    MPESA_INITIATOR_PASSWORD: ready ? undefined : (password ?? SIMULATED.password),
  };
}
