export function requireFreePorts(
  env: Record<string, string | undefined>,
  simulated: string[],
): Promise<void>;

export const POSTGRES_CHECK_MS: number;

/** Starts a Postgres again that has ended; called again and again. */
export function reviver(postgres: {
  isRunning(): boolean;
  revive?: () => Promise<unknown>;
}): () => void;
