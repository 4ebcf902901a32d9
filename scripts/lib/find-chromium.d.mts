export const CHROMIUM_ARGS: string[];

export function findChromium(): string | undefined;

export function ensureChromium(options?: { say?: (line: string) => void }): string;

export function ensureLightChromium(options?: { say?: (line: string) => void }): string;
