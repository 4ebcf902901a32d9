/**
 * Runs named stages one after the other, keeps what each took and found, and goes on after one that
 * failed. A stage resolves to `{ passed, failed }` counts of tests, or to nothing.
 */
export function createStages({ say = console.log } = {}) {
  const results = [];

  return {
    async run(name, work) {
      say(`\n== ${name}`);
      const startedAt = performance.now();
      const result = { name, passed: 0, failed: 0, ok: true, seconds: 0 };
      results.push(result);
      try {
        Object.assign(result, await work());
        result.ok = result.failed === 0;
      } catch (error) {
        result.ok = false;
        Object.assign(result, error.counts);
        say(error.message);
      }
      result.seconds = (performance.now() - startedAt) / 1000;
      return result.ok;
    },

    /**
     * Prints the time of each stage and, last, the plain count of tests. A stage that failed without a
     * failed test of its own counts as one failure: "0 failed" has to mean that all is well.
     */
    report() {
      say("");
      for (const { name, ok, seconds } of results) {
        say(`${ok ? "ok    " : "FAILED"} ${seconds.toFixed(1).padStart(6)} s  ${name}`);
      }
      const passed = sum(results.map((result) => result.passed));
      const failed = sum(results.map((result) => (result.ok ? 0 : Math.max(1, result.failed))));
      say(`${passed} passed, ${failed} failed`);
      return failed === 0 ? 0 : 1;
    },
  };
}

/** The error of a stage whose tests were counted but did not end well. */
export function failedStage(message, counts) {
  return Object.assign(new Error(message), { counts });
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
