import type { Build } from "./build.mjs";

export function builtPrograms(options: {
  build: Build;
  env: Record<string, string | undefined>;
  simulated: string[];
}): { name: string; args: string[]; env: NodeJS.ProcessEnv }[];

export function waitForApp(options: {
  port: number | string;
  isGivenUp?: () => boolean;
}): Promise<boolean>;
