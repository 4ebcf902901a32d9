import { beforeEach, describe, expect, it } from "vitest";

import { SandboxClock } from "@/sandbox/kit/clock";
import { SeededIds } from "@/sandbox/kit/ids";
import { MpesaBooks } from "@/sandbox/mpesa-books";
import { SettingsStore } from "@/sandbox/settings";
import { PhoneNetwork, type PromptOrder, type PromptResult } from "./phone-network";

const MSISDN = "254712345678";
let clock: SandboxClock;
let phones: PhoneNetwork;
let results: PromptResult[];

beforeEach(() => {
  clock = new SandboxClock();
  clock.freeze();
  const ids = new SeededIds("phone-test");
  phones = new PhoneNetwork({
    clock,
    ids: () => ids,
    settings: new SettingsStore(),
    books: new MpesaBooks(),
  });
  results = [];
});

const order = (changes: Partial<PromptOrder> = {}): PromptOrder => ({
  msisdn: MSISDN,
  business: "ANY BUSINESS",
  reference: "ref",
  payee: "business:ANY",
  amountCents: 50_000n,
  onResult: (result) => results.push(result),
  ...changes,
});

describe("a prompt on a handset", () => {
  it("takes the money once, with a receipt and a message, however often the PIN is sent", () => {
    const prompt = phones.requestPrompt(order());
    expect(phones.enterPin(prompt.id, "1234")).toBe("approved");
    expect(phones.enterPin(prompt.id, "1234")).toBe("gone");
    expect(phones.cancel(prompt.id)).toBe("gone");
    clock.advance(600_000);
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ outcome: "approved", promptId: prompt.id });
    expect(results[0]?.receipt).toMatch(/^[A-Z][A-Z0-9]{9}$/);
    expect(phones.handset(MSISDN).balanceCents).toBe(49_950_000n);
    expect(phones.handset(MSISDN).messages).toHaveLength(1);
  });

  it("fails after three wrong PINs and leaves the balance alone", () => {
    const prompt = phones.requestPrompt(order());
    const answers = ["0000", "1111", "2222"].map((pin) => phones.enterPin(prompt.id, pin));
    expect(answers).toEqual(["try_again", "try_again", "wrong_pin"]);
    expect(results.map(({ outcome, receipt }) => [outcome, receipt])).toEqual([
      ["wrong_pin", null],
    ]);
    expect(phones.handset(MSISDN).balanceCents).toBe(50_000_000n);
  });

  it("fails for want of funds exactly when the balance does not cover it", () => {
    phones.setBalance(MSISDN, 50_000n);
    expect(phones.enterPin(phones.requestPrompt(order()).id, "1234")).toBe("approved");
    expect(phones.enterPin(phones.requestPrompt(order({ amountCents: 1n })).id, "1234")).toBe(
      "no_funds",
    );
    expect(phones.handset(MSISDN).balanceCents).toBe(0n);
  });

  it("does not reach a phone that is off, nor one switched on later, and times out", () => {
    phones.setCondition(MSISDN, { poweredOn: false });
    const prompt = phones.requestPrompt(order());
    phones.setCondition(MSISDN, { poweredOn: true });
    expect(phones.openPrompt(MSISDN)).toBeUndefined();
    expect(phones.enterPin(prompt.id, "1234")).toBe("gone");
    clock.advance(60_000);
    expect(results.map(({ outcome }) => outcome)).toEqual(["timed_out"]);
  });

  it("waits its turn behind an older one", () => {
    const first = phones.requestPrompt(order());
    const second = phones.requestPrompt(order());
    expect(phones.openPrompt(MSISDN)?.id).toBe(first.id);
    phones.cancel(first.id);
    expect(phones.openPrompt(MSISDN)?.id).toBe(second.id);
  });

  it("lets whoever orders it decide what the person does", () => {
    phones.requestPrompt(order({ behaviour: "approve" }));
    phones.requestPrompt(order({ msisdn: "254700000001", behaviour: "ask" }));
    clock.advance(1_500);
    expect(results.map(({ outcome }) => outcome)).toEqual(["approved"]);
    expect(phones.openPrompt("254700000001")).toBeDefined();
  });
});
