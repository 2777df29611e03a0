import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionKey, type Served, serve } from "../functions/serve.ts";
import { launch, noBrowser, openPage, skipReason } from "./browser.ts";
import { busyKitchen } from "./kitchen.ts";

let served: Served;
let browser: Browser;

beforeAll(async () => {
  if (noBrowser) return;
  const ports = await busyKitchen();
  browser = await launch();
  served = await serve(() => ports);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

/** A browser without a screen never hides a page, so the page is told that it is. */
async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate(`Object.defineProperty(document, "hidden", { configurable: true, value: ${hidden} });
    document.dispatchEvent(new Event("visibilitychange"))`);
}

describe.skipIf(noBrowser)(`a status page that nobody sees${skipReason}`, () => {
  it("asks for nothing until it is seen again, and then at once", async () => {
    const { page } = await openPage(browser);
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().endsWith("/api/status")) asked += 1;
    });
    const heard = () => page.waitForResponse((response) => response.url().endsWith("/api/status"));
    await page.clock.install();
    await page.goto(`${served.url}/api/#key=${functionKey}`);
    await page.locator(".rule").first().waitFor();
    const seen = heard();
    await page.clock.runFor(5000);
    await seen;
    expect(asked).toBe(2);

    await hide(page, true);
    await page.clock.runFor(600_000);
    expect(asked).toBe(2);

    const again = heard();
    await hide(page, false);
    await again;
    expect(asked).toBe(3);
    await page.close();
  });

  it("stops also when it is hidden while an answer is on its way", async () => {
    const { page } = await openPage(browser);
    let asked = 0;
    const held: (() => void)[] = [];
    await page.route("**/api/status", async (route) => {
      asked += 1;
      await new Promise<void>((resolve) => void held.push(resolve));
      await route.continue();
    });
    await page.clock.install();
    await page.goto(`${served.url}/api/#key=${functionKey}`);
    await expect.poll(() => held.length).toBe(1);

    await hide(page, true);
    held[0]?.();
    await page.locator(".rule").first().waitFor();
    await page.clock.runFor(600_000);

    expect(asked).toBe(1);
    await page.close();
  });
});
