import { describe, expect, it } from "vitest";

import { RuleShelf } from "./rule-shelf";

const rule = (id: string, originatorConversationId?: string, times?: number) => ({
  id,
  originatorConversationId,
  times,
  timesPlayed: 0,
});

const idsOf = (rules: { id: string }[]): string[] => rules.map(({ id }) => id);

describe("a shelf of rules", () => {
  it("gives the rules of one payout among the general ones, in the order they came", () => {
    const shelf = new RuleShelf<ReturnType<typeof rule>>();
    for (const [id, about] of [["a"], ["b", "w-1"], ["c"], ["d", "w-2"], ["e", "w-1"]] as const) {
      shelf.add(rule(id, about));
    }
    expect(idsOf(shelf.about("w-1"))).toEqual(["a", "b", "c", "e"]);
    expect(idsOf(shelf.about("w-3"))).toEqual(["a", "c"]);
    expect(idsOf(shelf.about(undefined))).toEqual(["a", "c"]);
    expect(idsOf(shelf.list())).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("drops a rule that has played often enough, general or not", () => {
    const shelf = new RuleShelf<ReturnType<typeof rule>>();
    const general = shelf.add(rule("a", undefined, 2));
    const own = shelf.add(rule("b", "w-1", 1));
    shelf.countPlayed(general);
    shelf.countPlayed(own);
    expect(idsOf(shelf.about("w-1"))).toEqual(["a"]);
    shelf.countPlayed(general);
    expect(shelf.list()).toEqual([]);
  });

  it("removes one or all, and says how many", () => {
    const shelf = new RuleShelf<ReturnType<typeof rule>>();
    shelf.add(rule("a", "w-1"));
    shelf.add(rule("b"));
    expect([shelf.remove("a"), shelf.remove("a")]).toEqual([1, 0]);
    expect(idsOf(shelf.about("w-1"))).toEqual(["b"]);
    shelf.add(rule("c", "w-1"));
    expect(shelf.remove()).toBe(2);
    expect(shelf.about("w-1")).toEqual([]);
  });
});
