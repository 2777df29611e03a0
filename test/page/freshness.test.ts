import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { functionKey, type Served, serve } from "../functions/serve.ts";
import { newDigest, oldDigest, putRepository, putRule, tag } from "../functions/tag-world.ts";
import { launch, noBrowser, openPage, skipReason } from "./browser.ts";
import { busyKitchen } from "./kitchen.ts";
import { stockTags } from "./stock-tags.ts";

let ports: FakePorts;
let served: Served;
let browser: Browser;

beforeAll(async () => {
  if (noBrowser) return;
  browser = await launch();
  served = await serve(() => ports);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});
beforeEach(async () => {
  ports = await busyKitchen();
});

async function show(options: Parameters<typeof openPage>[1] = {}) {
  const opened = await openPage(browser, options);
  await opened.page.goto(`${served.url}/api/#key=${functionKey}`);
  await opened.page.locator("#registries h2").first().waitFor();
  return opened;
}

const block = (page: Page, registry = "contoso") =>
  page
    .locator(".card", { has: page.getByRole("heading", { name: registry, exact: true }) })
    .locator("section", { has: page.getByRole("heading", { name: "Freshness" }) });

describe.skipIf(noBrowser)(`freshness on the status page${skipReason}`, () => {
  it.each([
    ["wide and light", 1280, false],
    ["narrow and dark", 400, true],
  ])("shows counts, troubles and the tags that need attention, %s", async (_name, width, dark) => {
    await stockTags(ports);
    const { page, faults } = await show({ width, dark });
    const found = block(page);

    expect(await found.locator(".counts .badge").allTextContents()).toEqual([
      "3 fresh",
      "1 cooling",
      "1 deferred",
      "1 unverified",
    ]);
    const summary = await found.locator(".summary").innerText();
    expect(summary).toContain("in 3 repositories, the oldest checked ");
    expect(summary).toContain("1 not checked yet");
    expect(await found.locator(".summary time").getAttribute("title")).toBe(
      "2026-11-20T23:30:00.000Z",
    );
    expect(await found.locator("> .note").innerText()).toContain(
      "grafana/loki: docker.io lets us ask no more before 03:00. Since ",
    );
    expect(await found.locator(".tag .name").allTextContents()).toEqual([
      "grafana/grafana:latest",
      "docker.io/library/nginx:latest",
    ]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(faults).toEqual([]);
    await page.close();
  });

  it("tells of a tag what it is, why, since when, and what to pull instead", async () => {
    await stockTags(ports);
    const { page } = await show();
    const rows = block(page).locator(".tag");
    const [unverified = "", deferred = ""] = await rows.allInnerTexts();

    for (const part of [
      "Unverified",
      "The registry serves linux/amd64 and not linux/arm64.",
      "cached sha256:c4c4c4c4c4c4 · upstream sha256:c4c4c4c4c4c4",
      "Checked 21 Nov",
      `Last proved to be served: contoso.azurecr.io/grafana/grafana@${oldDigest}`,
      "Pinned by ada: 12 breaks.",
    ])
      expect(unverified).toContain(part);
    for (const part of [
      "Deferred",
      "Upstream moved to sha256:c4c4c4c4c4c4. The account's pull limit leaves nothing",
      "cached sha256:3f3f3f3f3f3f · upstream sha256:c4c4c4c4c4c4",
      "changed 2 Nov",
      "next check 21 Nov",
      "Adopted early: ACR itself took sha256:7b7b7b7b7b7b at ",
    ])
      expect(deferred).toContain(part);
    const titles = await rows
      .nth(1)
      .locator("code.digest")
      .evaluateAll((found) => found.map((one) => one.getAttribute("title")));
    expect(titles.slice(0, 3)).toEqual([newDigest, oldDigest, newDigest]);
    await page.close();
  });

  it("says so when nothing is compared yet, and how to begin", async () => {
    const { page } = await show();

    expect(await block(page, "fabrikam").innerText()).toContain("Give a rule a refresh policy.");
    await page.close();
  });

  it("is shown also while ARM does not answer, and missed when state storage does not", async () => {
    await stockTags(ports);
    const away = () => {
      throw new LarderError("unavailable", { code: "ServerBusy", message: "No answer." });
    };
    ports.interruptions.interrupt("cacheRules.list", "before", away, 2);
    const first = await show();
    expect(await block(first.page).locator(".tag").count()).toBe(2);
    await first.page.close();

    ports.interruptions.interrupt("tags.states", "before", away, 2);
    const second = await show();
    expect(await block(second.page).innerText()).toContain("State storage did not answer.");
    expect(await second.page.locator(".rule").count()).toBe(7);
    await second.page.close();
  });

  it("shows what others wrote as text, never as markup", async () => {
    const evil = `<img src=x onerror="document.title='owned'">`;
    ports = fakePorts();
    putRule(ports, "grafana");
    await putRepository(ports, {
      tags: [tag("latest", { status: "gone", reason: evil, cached: undefined })],
      pins: [{ tag: "latest", reason: evil, by: evil, since: "2026-11-21T01:00:00.000Z" }],
      state: { trouble: { message: evil, since: "2026-11-21T01:00:00.000Z", until: evil } },
    });
    const { page, faults } = await show();

    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).toBe("Larder");
    expect(await block(page).locator(".tag").innerText()).toContain(`Pinned by ${evil}: ${evil}`);
    expect(await block(page).innerText()).toContain("cached nothing");
    expect(faults).toEqual([]);
    await page.close();
  });
});
