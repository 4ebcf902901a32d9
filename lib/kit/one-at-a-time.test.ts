import { expect, test } from "vitest";
import { oneAtATime } from "./one-at-a-time";

/** A work that ends when it is told to, and notes when it began. */
function work(name: string, begun: string[]) {
  let end: (error?: Error) => void = () => undefined;
  const ended = new Promise<string>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve(name));
  });
  const run = () => {
    begun.push(name);
    return ended;
  };
  return { run, end };
}

test("works of one key run one after the other, in the order they came", async () => {
  const begun: string[] = [];
  const [first, second] = [work("first", begun), work("second", begun)];
  const [one, two] = [oneAtATime("a", first.run), oneAtATime("a", second.run)];
  await Promise.resolve();
  expect(begun).toEqual(["first"]);
  first.end();
  expect(await one).toBe("first");
  second.end();
  expect(await two).toBe("second");
  expect(begun).toEqual(["first", "second"]);
});

test("a work that fails fails its own caller alone", async () => {
  const begun: string[] = [];
  const [first, second] = [work("first", begun), work("second", begun)];
  const [one, two] = [oneAtATime("a", first.run), oneAtATime("a", second.run)];
  first.end(new Error("no"));
  await expect(one).rejects.toThrow("no");
  second.end();
  expect(await two).toBe("second");
});

test("works of different keys do not wait for each other", async () => {
  const begun: string[] = [];
  const [first, other] = [work("first", begun), work("other", begun)];
  const one = oneAtATime("a", first.run);
  const two = oneAtATime("b", other.run);
  other.end();
  expect(await two).toBe("other");
  first.end();
  expect(await one).toBe("first");
});
