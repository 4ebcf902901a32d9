import { Logger } from "graphile-worker";
import { log } from "@/lib/log";

/** The job queue's own words in our log: a failed job is a warning, for it is tried again. */
export function queueLogger(): Logger {
  return new Logger((scope) => (level, message, meta) => {
    const entry = { ...scope, ...(meta?.error ? { err: meta.error } : {}) };
    if (level === "error" || level === "warning") log().warn(entry, message);
    else log().debug(entry, message);
  });
}
