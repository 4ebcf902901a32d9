import { expect, type Locator, type Page } from "@playwright/test";

const STOPS_MAX = 40;

/** Presses Tab until this control has the focus, and makes sure that eyes can see that it has. */
export async function tabTo(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    if (await control.evaluate((element) => element === element.ownerDocument.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await expect(control).toBeFocused();
  const ring = await control.evaluate((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return { outlineStyle, width: Number.parseFloat(outlineWidth) };
  });
  expect(ring.outlineStyle).not.toBe("none");
  expect(ring.width).toBeGreaterThanOrEqual(2);
}
