const NO_SUCH_HOST = new Set(["ENOTFOUND", "EAI_AGAIN"]);
const NO_CONNECTION = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"]);

/**
 * True when a call failed before there was a connection, so that nothing of it can have arrived. Some of
 * these codes also end an open connection; there another system call than `connect` names itself.
 */
export function isUnreached(error: unknown): boolean {
  if (error instanceof AggregateError) {
    return error.errors.length > 0 && error.errors.every(isUnreached);
  }
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  if (NO_SUCH_HOST.has(code) || code === "UND_ERR_CONNECT_TIMEOUT") return true;
  if (NO_CONNECTION.has(code)) return "syscall" in error && error.syscall === "connect";
  return error.cause !== undefined && isUnreached(error.cause);
}
