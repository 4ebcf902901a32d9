import { expect, type Page } from "@playwright/test";

/** A phone: nothing takes width away, and what is too wide makes the page wider. */
export function phone(width: number) {
  return { viewport: { width, height: 640 }, isMobile: true, hasTouch: true };
}

/** Nothing reaches over the right edge of a screen this wide, and nothing can be scrolled there. */
export async function expectNoSidewaysScroll(
  page: Page,
  width: number,
  where: string,
): Promise<void> {
  const found = await page.evaluate((screen) => {
    const wide = [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > screen + 0.5)
      .map((element) => element.outerHTML.slice(0, 80));
    return { width: document.documentElement.scrollWidth, wide };
  }, width);
  expect(found, where).toEqual({ width, wide: [] });
}
