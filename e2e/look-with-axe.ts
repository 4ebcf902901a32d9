import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { APP_URL } from "./fixtures";

type Found = Awaited<ReturnType<AxeBuilder["analyze"]>>;

// What the page knows once the source below was read there.
declare const axe: {
  run(
    root: Document,
    options: { runOnly: { type: "tag"; values: readonly string[] }; resultTypes: ["violations"] },
  ): Promise<Found>;
};

const ofPlaywright = createRequire(createRequire(import.meta.url).resolve("@axe-core/playwright"));
// A frame from elsewhere, such as the handset beside the hosted page, is looked into as well.
const ANYWHERE = ';axe.configure({ allowedOrigins: ["<unsafe_all_origins>"] });';
const AXE_SOURCE = readFileSync(ofPlaywright.resolve("axe-core/axe.min.js"), "utf8") + ANYWHERE;

const SMALL = { width: 360, height: 640 } as const;
export const LARGE = { width: 1280, height: 800 } as const;

type Look = readonly [viewport: typeof SMALL | typeof LARGE, colorScheme: "light" | "dark"];

const LOOKS: readonly Look[] = [
  [SMALL, "light"],
  [LARGE, "dark"],
  [SMALL, "dark"],
  [LARGE, "light"],
];

/** Each language in both sizes and both colour schemes; together every pair of the three is seen. */
export const LOOKS_OF = { en: LOOKS.slice(0, 2), sw: LOOKS.slice(2) } as const;

/** Each language once, on a phone: enough for pages that are one column everywhere. */
export const LIGHT_AND_DARK = { en: LOOKS.slice(0, 1), sw: LOOKS.slice(2, 3) } as const;

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails with the rule and the elements for whatever axe finds on the page as it stands. */
async function expectNoViolation(page: Page, where: string): Promise<void> {
  const { violations, passes } = await runAxe(page);
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.join(" | ")}`);
  expect.soft(found, where).toEqual([]);
  expect(passes, where).toBeGreaterThan(10);
}

/**
 * Runs axe where the page is. Its builder for Playwright opens a second page for each look and carries
 * every element that passed there and back, which costs more than the look itself.
 */
async function runAxe(page: Page) {
  for (const frame of page.frames()) {
    if (!(await frame.evaluate(() => "axe" in window))) await frame.evaluate(AXE_SOURCE);
  }
  return page.evaluate(async (values) => {
    const runOnly = { type: "tag", values } as const;
    const { violations, passes } = await axe.run(document, {
      runOnly,
      resultTypes: ["violations"],
    });
    const found = violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }));
    return { violations: found, passes: passes.length };
  }, RULES);
}

/** Looks at an address in both languages, both colour schemes and, unless told otherwise, both sizes. */
export async function lookAt(
  page: Page,
  path: string,
  ready: (page: Page) => Promise<void> = settled,
  looks: Readonly<Record<"en" | "sw", readonly Look[]>> = LOOKS_OF,
): Promise<void> {
  for (const locale of ["en", "sw"] as const) {
    await page.context().addCookies([{ name: "malipo.locale", value: locale, url: APP_URL }]);
    await page.goto(path);
    await expect(page.locator("html")).toHaveAttribute("lang", locale);
    await ready(page);
    await lookAround(page, `${path} ${locale}`, looks[locale]);
  }
}

/** Looks at a page as it stands in both sizes and both colour schemes. */
export async function lookAround(page: Page, where: string, looks = LOOKS): Promise<void> {
  for (const [viewport, colorScheme] of looks) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expectNoViolation(page, `${where} ${viewport.width} ${colorScheme}`);
  }
}

async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("main")).toBeVisible();
}
