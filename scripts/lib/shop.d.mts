export function requireFreePorts(
  env: Record<string, string | undefined>,
  simulated: string[],
): Promise<void>;
