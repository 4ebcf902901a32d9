export interface PostgresHandle {
  port: number;
  joined: boolean;
  urlFor(database: string): string;
  isRunning(): boolean;
  revive?: () => Promise<unknown>;
  stop(): Promise<void>;
}

export function openPostgres(options: {
  dir: string;
  port: number;
  password: string;
  logFile: string;
}): Promise<PostgresHandle>;

export function openThrowawayPostgres(): Promise<PostgresHandle>;

export function ensureDatabase(handle: PostgresHandle, name: string): Promise<string>;
