export function generateClient(options?: { quiet?: boolean }): Promise<boolean>;

export function migrateDatabase(options: { databaseUrl: string; quiet?: boolean }): Promise<void>;

export function deployMigrations(options: { databaseUrl: string; quiet?: boolean }): Promise<void>;
