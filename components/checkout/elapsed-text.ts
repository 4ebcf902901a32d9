export interface ElapsedUnits {
  /** Each with `#` where the number goes. */
  readonly seconds: string;
  readonly minutes: string;
  readonly hours: string;
  readonly days: string;
}

/** The time in its largest unit: `12 s`, `3 min`, `2 h`, `4 d`. */
export function elapsedText(seconds: number, units: ElapsedUnits): string {
  const count = Math.max(0, seconds);
  const [text, amount] =
    count < 60
      ? [units.seconds, count]
      : count < 3_600
        ? [units.minutes, count / 60]
        : count < 86_400
          ? [units.hours, count / 3_600]
          : [units.days, count / 86_400];
  return text.replace("#", String(Math.floor(amount)));
}
