export interface Supervisor {
  start(program: { name: string; args: string[]; env: NodeJS.ProcessEnv }): void;
  pidOf(name: string): number | undefined;
  lastLines(): { name: string; lastLines: string[] }[];
  stop(): Promise<void>;
}

export function createSupervisor(options: {
  logDir: string;
  verbose?: boolean;
  onGiveUp: (name: string, lastLines: string[]) => void;
  say?: (line: string) => void;
  backoffFirstMs?: number;
}): Supervisor;
