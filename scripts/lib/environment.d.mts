type Settings = Record<string, string | undefined>;

export function loadEnvironment(): { mode: "demo" | "live"; simulated: string[] };

export function missingLiveSettings(env: Settings): string[];

export function simulatedProviders(env: Settings): string[];
