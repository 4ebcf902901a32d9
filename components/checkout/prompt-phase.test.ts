import { expect, test } from "vitest";
import { promptPhase, secondsLeft } from "./prompt-phase";

test.each([
  [-5, { isLate: false, isOver: false }, 60],
  [0, { isLate: false, isOver: false }, 60],
  [29, { isLate: false, isOver: false }, 31],
  [30, { isLate: true, isOver: false }, 30],
  [59, { isLate: true, isOver: false }, 1],
  [60, { isLate: true, isOver: true }, 0],
  [86_400, { isLate: true, isOver: true }, 0],
])(
  "after %i seconds the help and the countdown stand where they should",
  (seconds, phase, left) => {
    expect(promptPhase(seconds)).toEqual(phase);
    expect(secondsLeft(seconds)).toBe(left);
  },
);
