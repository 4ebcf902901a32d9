import { expect, it } from "vitest";

import { Journal } from "./journal";

it("keeps the last 5,000 exchanges, oldest first, and cuts long bodies", () => {
  const journal = new Journal();
  for (let round = 1; round <= 5_003; round += 1) {
    journal.record({
      atMs: round,
      direction: round % 2 === 0 ? "in" : "out",
      operation: "probe",
      method: "POST",
      url: `/probe/${round}`,
      requestHeaders: {},
      requestBody: "x".repeat(20_000),
      status: 200,
      answerBody: "",
      durationMs: 0,
      note: "",
    });
  }
  const all = journal.list({ limit: 10_000 });
  expect(all).toHaveLength(5_000);
  expect([all[0]?.seq, all.at(-1)?.seq]).toEqual([4, 5_003]);
  expect(all[0]?.requestBody).toHaveLength(8_192);
  expect(journal.list({ limit: 2, direction: "in" }).map(({ seq }) => seq)).toEqual([5_000, 5_002]);
});
