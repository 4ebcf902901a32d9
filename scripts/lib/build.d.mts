export interface Build {
  distDir: string;
  bundleDir: string;
}

export const START_BUILD: Build;

export const TEST_BUILD: Build;

export function buildPages(options: {
  build: Build;
  env: Record<string, string | undefined>;
  quiet?: boolean;
  onStart?: () => void;
}): Promise<boolean>;

export function generateRouteTypes(options: { build: Build }): Promise<void>;

export function bundlePrograms(options: { build: Build }): Promise<void>;

export function programFile(build: Build, name: string): string;
