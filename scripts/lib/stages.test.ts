import { expect, test } from "vitest";
import { createStages, failedStage } from "./stages.mjs";

function recorded() {
  const lines: string[] = [];
  return { lines, stages: createStages({ say: (line) => lines.push(line) }) };
}

test("the last line sums the tests of all stages", async () => {
  const { lines, stages } = recorded();
  await stages.run("unit", () => Promise.resolve({ passed: 120, failed: 0 }));
  await stages.run("end to end", () => Promise.resolve({ passed: 14, failed: 0 }));

  expect(stages.report()).toBe(0);
  expect(lines.at(-1)).toBe("134 passed, 0 failed");
});

test("failed tests are counted, and the stages after them still run", async () => {
  const { lines, stages } = recorded();
  const counts = { passed: 118, failed: 2 };
  await stages.run("unit", () => Promise.reject(failedStage("vitest did not end well", counts)));
  await stages.run("end to end", () => Promise.resolve({ passed: 14, failed: 0 }));

  expect(stages.report()).toBe(1);
  expect(lines.at(-1)).toBe("132 passed, 2 failed");
});

test("a stage without tests that fails is never reported as zero failures", async () => {
  const { lines, stages } = recorded();
  await stages.run("verify", () => Promise.reject(new Error("a type is wrong")));

  expect(stages.report()).toBe(1);
  expect(lines.at(-1)).toBe("0 passed, 1 failed");
});
