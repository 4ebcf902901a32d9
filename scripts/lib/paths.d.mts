export const rootDir: string;

export function dataDir(): string;

export const binDir: string;
