import { z } from "zod";

/** What of an M-Pesa account is encrypted at rest. */
export const ProviderSecrets = z.object({
  consumerKey: z.string().min(1),
  consumerSecret: z.string().min(1),
  passkey: z.string().min(1),
});
export type ProviderSecrets = z.infer<typeof ProviderSecrets>;
