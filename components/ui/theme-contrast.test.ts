import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");

/** The colours a block of the stylesheet sets. */
function colours(block: string): Record<string, string> {
  const found = block.matchAll(/--color-([\w-]+):\s*(#[0-9a-f]{6})/g);
  return Object.fromEntries(Array.from(found, ([, name, value]) => [`${name}`, `${value}`]));
}

const light = colours(css.slice(css.indexOf("@theme"), css.indexOf("@media")));
const dark = colours(
  css.slice(css.indexOf("prefers-color-scheme: dark"), css.indexOf("@layer base")),
);
const themes = { light, dark: { ...light, ...dark } };

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const TEXT_PAIRS = ["ground", "raised"]
  .flatMap((ground) =>
    ["ink", "soft", "action", "paid", "checking", "failed"].map((text) => [text, ground]),
  )
  .concat([
    ["action-ink", "action"],
    ["checking", "checking-ground"],
    ["failed", "failed-ground"],
    ["action", "checking-ground"],
    ["print", "paper"],
  ]);

for (const [name, theme] of Object.entries(themes)) {
  test.each(TEXT_PAIRS)(`in the ${name} theme, %s can be read on %s`, (text, ground) => {
    expect(contrast(`${theme[text]}`, `${theme[ground]}`)).toBeGreaterThanOrEqual(4.5);
  });
}

test("the dark theme sets every colour of the light one, but for paper", () => {
  const missing = Object.keys(light).filter((name) => !(name in dark));
  expect(missing).toEqual(["paper", "print"]);
});
