import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { APP_URL } from "./fixtures";

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
  const { violations, passes } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(" | ")}`);
  expect.soft(found, where).toEqual([]);
  expect(passes.length, where).toBeGreaterThan(10);
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
