import { readFileSync } from "node:fs";

import { z } from "zod";

import { createSandbox } from "./create-sandbox";
import { DEMO_DARAJA, type OwnDarajaCredentials } from "@/sandbox/daraja/accounts";
import { DEMO_CREDENTIALS } from "@/sandbox/pesavoucher/merchants";

const environmentSchema = z.object({
  MALIPO_MODE: z.string().default("demo"),
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(4010),
  SANDBOX_SEED: z.string().min(1).optional(),
  SANDBOX_SKIP: z.string().default(""),
  PV_MERCHANT_ID: z.string().min(1).default(DEMO_CREDENTIALS.merchantId),
  PV_API_KEY: z.string().min(1).default(DEMO_CREDENTIALS.apiKey),
  PV_API_SECRET: z.string().min(1).default(DEMO_CREDENTIALS.apiSecret),
  PV_PREFIX: z
    .string()
    .regex(/^[A-Z]{2,6}$/)
    .default(DEMO_CREDENTIALS.prefix),
  MPESA_CONSUMER_KEY: z.string().min(1).default(DEMO_DARAJA.consumerKey),
  MPESA_CONSUMER_SECRET: z.string().min(1).default(DEMO_DARAJA.consumerSecret),
  MPESA_SHORT_CODE: z
    .string()
    .regex(/^\d{5,7}$/)
    .default(DEMO_DARAJA.shortcode),
  MPESA_PASS_KEY: z.string().min(1).default(DEMO_DARAJA.passkey),
  MPESA_B2C_SHORT_CODE: z
    .string()
    .regex(/^\d{5,7}$/)
    .default(DEMO_DARAJA.payoutShortcode),
  MPESA_INITIATOR_NAME: z.string().min(1).default(DEMO_DARAJA.initiator),
  MPESA_INITIATOR_PASSWORD: z.string().min(1).default(DEMO_DARAJA.initiatorPassword),
  SANDBOX_KEY_FILE: z.string().min(1).optional(),
  SANDBOX_CERTIFICATE_FILE: z.string().min(1).optional(),
});

/** Reads the environment, starts the sandbox, and stops it cleanly on SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const environment = environmentSchema.parse(process.env);
  if (environment.MALIPO_MODE === "live") {
    throw new Error("The sandbox does not start with MALIPO_MODE=live: it is a toy provider.");
  }
  const skip = environment.SANDBOX_SKIP.split(",").map((name) => name.trim());
  const sandbox = await createSandbox({
    port: environment.SANDBOX_PORT,
    ...(environment.SANDBOX_SEED === undefined ? {} : { seed: environment.SANDBOX_SEED }),
    skip,
    credentials: {
      merchantId: environment.PV_MERCHANT_ID,
      apiKey: environment.PV_API_KEY,
      apiSecret: environment.PV_API_SECRET,
      prefix: environment.PV_PREFIX,
    },
    daraja: {
      consumerKey: environment.MPESA_CONSUMER_KEY,
      consumerSecret: environment.MPESA_CONSUMER_SECRET,
      shortcode: environment.MPESA_SHORT_CODE,
      passkey: environment.MPESA_PASS_KEY,
      payoutShortcode: environment.MPESA_B2C_SHORT_CODE,
      initiator: environment.MPESA_INITIATOR_NAME,
      initiatorPassword: environment.MPESA_INITIATOR_PASSWORD,
      ...readKeys(environment.SANDBOX_KEY_FILE, environment.SANDBOX_CERTIFICATE_FILE),
    },
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // Callbacks still waiting for a slow answer must not keep the process: their world is gone.
    sandbox.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Last: whoever waits for this line may stop the process at once.
  console.log(`Sandbox: ${sandbox.url}/help`);
}

/** A certificate without its key would encrypt what the sandbox cannot read, so both or neither. */
function readKeys(
  keyFile: string | undefined,
  certificateFile: string | undefined,
): Pick<OwnDarajaCredentials, "privateKeyPem" | "certificatePem"> {
  if (keyFile === undefined && certificateFile === undefined) return {};
  if (keyFile === undefined || certificateFile === undefined) {
    throw new Error("Set SANDBOX_KEY_FILE and SANDBOX_CERTIFICATE_FILE together, or neither.");
  }
  return {
    privateKeyPem: readFileSync(keyFile, "utf8"),
    certificatePem: readFileSync(certificateFile, "utf8"),
  };
}

function describe(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => {
  console.error(describe(error));
  process.exitCode = 1;
});
