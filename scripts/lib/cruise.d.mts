export function cruiseTree(options?: { baseDir?: string; folders?: string[] }): Promise<{
  modules: number;
  violations: string[];
  rules: { name: string; comment: string }[];
}>;
