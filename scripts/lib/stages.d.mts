export function createStages(options?: { say?: (line: string) => void }): {
  run(name: string, work: () => Promise<unknown>): Promise<boolean>;
  report(): number;
};

export function failedStage(message: string, counts: { passed: number; failed: number }): Error;
