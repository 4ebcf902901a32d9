/**
 * True when the secret a message came with is one of an account's, and was not retired by then. A message
 * that is worked again later is judged by the moment it came.
 */
export function isSecretOf(
  secrets: readonly { hash: string; retiredAt: Date | null }[],
  message: { secretHash: string; receivedAt: Date },
): boolean {
  return secrets.some(
    ({ hash, retiredAt }) =>
      hash === message.secretHash && (retiredAt === null || retiredAt > message.receivedAt),
  );
}
