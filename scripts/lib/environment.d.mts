type Settings = Record<string, string | undefined>;

export function loadEnvironment(): { mode: "demo" | "live"; simulated: string[] };

export function prepareSimulators(env: Settings): Promise<void>;

export function missingLiveSettings(env: Settings): string[];

export function simulatedProviders(env: Settings): string[];
