import { z } from "zod";

import { createSandbox } from "./create-sandbox";
import { DEMO_DARAJA } from "@/sandbox/daraja/accounts";
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

function describe(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => {
  console.error(describe(error));
  process.exitCode = 1;
});
