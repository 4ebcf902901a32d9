/** What the person holding the phone does with a prompt. `ask` leaves it to whoever looks at the handset page. */
export type HandsetBehaviour = "ask" | "approve" | "cancel" | "no_funds" | "wrong_pin" | "silent";

const BY_SUFFIX: Readonly<Record<string, HandsetBehaviour>> = {
  "00": "approve",
  "01": "cancel",
  "02": "no_funds",
  "03": "wrong_pin",
  "04": "silent",
};

/** The behaviour that a two-digit magic suffix stands for; `ask` for every other. */
export function handsetBehaviourOf(suffix: string): HandsetBehaviour {
  return BY_SUFFIX[suffix] ?? "ask";
}
