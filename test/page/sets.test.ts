import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CredentialSetView } from "../../src/domain/credential-set-view.ts";
import { fakePorts } from "../fakes/ports.ts";
import { type Served, serve } from "../functions/serve.ts";
import { aRecord, aView } from "../functions/set-views.ts";
import { launch, noBrowser, skipReason } from "./browser.ts";
import { manySets } from "./many-sets.ts";
import { setBadges, showSets } from "./sets-page.ts";

let served: Served;
let browser: Browser;

beforeAll(async () => {
  if (noBrowser) return;
  browser = await launch();
  served = await serve(() => fakePorts());
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const show = (views: readonly CredentialSetView[], options?: Parameters<typeof showSets>[3]) =>
  showSets(browser, served, views, options);

describe.skipIf(noBrowser)(`credential sets on the status page${skipReason}`, () => {
  it.each([
    ["wide and light", 1280, false],
    ["narrow and dark", 360, true],
  ])("shows every state, %s", async (_name, width, dark) => {
    const { page, faults } = await show(manySets, { width, dark });

    expect(await page.locator(".set .name").allTextContents()).toEqual([
      "assisted",
      "dead",
      "held-up",
      "in-the-making",
      "renewing",
      "resting",
      "retiring",
      "by-hand",
      "ghcr-pull",
    ]);
    for (const summary of await page.locator(".set summary").all()) await summary.click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(faults).toEqual([]);
    await page.close();
  });

  it("marks health, days left and work under way", async () => {
    const { page } = await show(manySets);
    const names = manySets.map(({ name }) => name);
    const found = await Promise.all(names.map((name) => setBadges(page, name)));

    expect(Object.fromEntries(names.map((name, index) => [name, found[index]]))).toEqual({
      assisted: [
        "badge good: Healthy",
        "badge warn: Expires in 12 days",
        "badge warn: Token needed",
      ],
      dead: ["badge bad: Unhealthy", "badge bad: Token refused", "badge warn: Held up"],
      "held-up": ["badge good: Healthy", "badge bad: Expires in 6 days", "badge warn: Held up"],
      "in-the-making": ["badge : Unknown", "badge : Not seen yet"],
      renewing: ["badge good: Healthy", "badge warn: Expires in 29 days", "badge busy: Renewing"],
      resting: ["badge good: Healthy", "badge good: Expires in 70 days"],
      retiring: ["badge good: Healthy", "badge good: Expires in 89 days", "badge warn: Held up"],
      "by-hand": ["badge good: Healthy"],
      "ghcr-pull": ["badge good: Healthy"],
    });
    await page.close();
  });

  it("colours the days left by the policy", async () => {
    const { policy } = aRecord("any");
    const cases: readonly (readonly [number | undefined, string])[] = [
      [31, "P30D"],
      [30, "P30D"],
      [8, "P1M"],
      [7, "P1M"],
      [8, "P1W"],
      [3, "P4DT12H"],
      [1, "P2D"],
      [0, "PT12H"],
      [-1, "P30D"],
      [undefined, "P30D"],
      [999, "P30D"],
      [3649, "P30D"],
    ];
    const views = cases.map(([daysLeft, renewBefore], index) => {
      const name = `set-${index}`;
      const record = aRecord(name, { policy: { ...policy, renewBefore } });
      return aView(name, { daysLeft, record });
    });
    const { page } = await show(views);

    const found = await Promise.all(views.map(({ name }) => setBadges(page, name)));
    expect(found.map(([, life]) => life)).toEqual([
      "badge good: Expires in 31 days",
      "badge warn: Expires in 30 days",
      "badge warn: Expires in 8 days",
      "badge bad: Expires in 7 days",
      "badge good: Expires in 8 days",
      "badge warn: Expires in 3 days",
      "badge bad: Expires in 1 day",
      "badge bad: Expires today",
      "badge bad: Expired",
      "badge warn: No known end",
      "badge good: Expires in 999 days",
      "badge good: Expires in 9 years",
    ]);
    await page.close();
  });
});
