import pino, { type Logger } from "pino";
import { env } from "./env";

export const REDACTED_PATHS = [
  "password",
  "passwordHash",
  "code",
  "voucher",
  "voucher_code",
  "voucherCode",
  "phone",
  "phone_number",
  "apiKey",
  "apiSecret",
  "authorization",
  "cookie",
  "token",
  "secret",
  "body",
] as const;

let logger: Logger | undefined;

/** The process's structured log: one JSON object per line, secrets and bearer codes struck out. */
export function log(): Logger {
  logger ??= pino({
    level: env().logLevel,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: REDACTED_PATHS.flatMap((path) => [path, `*.${path}`, `*.*.${path}`]),
      censor: "[redacted]",
    },
  });
  return logger;
}
