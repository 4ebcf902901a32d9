type Settings = Record<string, string | undefined>;

export function isolatedEnvironment(env: Settings): Record<string, string>;

export function demoShopSettings(databaseUrl: string): Promise<Record<string, string>>;
