import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { functionKey, type Served, serve } from "../functions/serve.ts";
import { launch, noBrowser, openPage, skipReason } from "./browser.ts";
import { busyKitchen } from "./kitchen.ts";

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

const withKey = () => `${served.url}/api/#key=${functionKey}`;
const away = () => {
  throw new LarderError("unavailable", { code: "ArmUnavailable", message: "ARM did not answer." });
};

describe.skipIf(noBrowser)(`the status page${skipReason}`, () => {
  it.each([
    ["wide and light", 1280, false],
    ["narrow and dark", 400, true],
  ])("shows everything, %s", async (_name, width, dark) => {
    const { page, faults } = await openPage(browser, { width, dark });
    await page.goto(withKey());
    const rule = (name: string) =>
      page.locator(".rule").filter({ has: page.getByText(name, { exact: true }) });

    await rule("nginx").waitFor();

    expect(await page.locator("h2:visible").allTextContents()).toEqual(["contoso", "fabrikam"]);
    expect(await page.locator(".rule .name").allTextContents()).toEqual([
      "broken",
      "quay-argo",
      "postgres",
      "by-hand",
      "grafana",
      "nginx",
      "redis",
    ]);
    const broken = await rule("broken").innerText();
    for (const part of [
      "Failed",
      "AuthorizationFailed:",
      "Give Larder's identity",
      "spare",
      "Unhealthy",
    ])
      expect(broken).toContain(part);
    expect(await rule("redis").locator(".badge").allTextContents()).toEqual(["Active", "Drift"]);
    expect(await rule("redis").innerText()).toContain("instead of docker-hub");
    expect(await rule("grafana").innerText()).toContain("docker.io/grafana/*→grafana/*");
    expect(await rule("quay-argo").locator(".badge").innerText()).toBe("Awaiting approval");
    const whole = await page.locator("main").innerText();
    for (const part of [
      "Key Vault Secrets User",
      "drift found",
      "ada@contoso.com",
      "No rules yet",
      "State storage answers.",
    ])
      expect(whole).toContain(part);
    const box = await page.locator("main").boundingBox();
    expect(box?.width).toBeLessThanOrEqual(width);
    expect(faults).toEqual([]);
    await page.close();
  });

  it("takes the key out of the address, keeps it for the tab, and never puts it into a request's address", async () => {
    const { page } = await openPage(browser);
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(request.url()));
    await page.goto(withKey());
    await page.locator(".rule").first().waitFor();

    expect(page.url()).toBe(`${served.url}/api/`);
    await page.reload();
    await page.locator(".rule").first().waitFor();
    expect(asked.every((url) => !url.includes("?"))).toBe(true);
    expect(new Set(asked.map((url) => new URL(url).host))).toEqual(
      new Set([new URL(served.url).host]),
    );
    expect(await page.context().cookies()).toEqual([]);
    await page.close();
  });

  it("asks for the key, says when it is wrong, and forgets it", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${served.url}/api/`);
    await page.getByLabel("Function key").fill("guess");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByText("This key was not accepted.").waitFor();
    await page.getByLabel("Function key").fill(functionKey);
    await page.getByRole("button", { name: "Show" }).click();
    await page.locator(".rule").first().waitFor();
    await page.getByRole("button", { name: "Forget key" }).click();

    await page.getByLabel("Function key").waitFor();
    expect(await page.locator(".rule").count()).toBe(0);
    await page.reload();
    await page.getByLabel("Function key").waitFor();
    await page.close();
  });

  it("shows what others wrote as text, never as markup", async () => {
    const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    const nginx = (await ports.rules.get("contoso", "nginx"))?.value;
    if (!nginx) throw new Error("the kitchen has no nginx");
    ports.table.seed({
      ...nginx,
      name: "evil-one",
      owner: evil,
      reason: evil,
      notes: [evil],
      source: evil,
      requestedBy: evil,
    });
    const { page, faults } = await openPage(browser);
    await page.goto(withKey());
    await page.getByText("evil-one", { exact: true }).waitFor();

    expect(await page.locator("img, #data script").count()).toBe(0);
    expect(await page.title()).toBe("Larder");
    expect(await page.locator(".rule", { hasText: "evil-one" }).locator(".note").innerText()).toBe(
      evil,
    );
    expect(faults).toEqual([]);
    await page.close();
  });

  it("refreshes every 5 seconds, keeps what it had when that fails, and recovers", async () => {
    const { page } = await openPage(browser);
    await page.clock.install();
    await page.goto(withKey());
    await page.locator(".rule").first().waitFor();
    await page.locator(".rule", { hasText: "nginx" }).locator("summary").click();

    ports.interruptions.interrupt("heartbeats.last", "before", () => {
      throw new TypeError("a bug");
    });
    await page.clock.runFor(5000);
    await page.getByText("What is shown is older.").waitFor();
    expect(await page.locator(".rule").count()).toBe(7);

    ports.arm.put("contoso", { name: "newcomer", source: "quay.io/a/b", target: "b" });
    await page.clock.runFor(5000);
    await page.getByText("newcomer", { exact: true }).waitFor();
    expect(await page.locator("#failure").isVisible()).toBe(false);
    expect(await page.locator(".rule details[open]").count()).toBe(1);
    await page.close();
  });

  it("filters rules by their words", async () => {
    const { page } = await openPage(browser);
    await page.goto(withKey());
    await page.getByLabel("Filter rules").fill("GRAFANA/");

    expect(await page.locator(".rule .name").allTextContents()).toEqual(["grafana"]);
    await page.getByLabel("Filter rules").fill("nothing like it");
    await page.getByText("No rule matches the filter.").waitFor();
    await page.close();
  });

  it("says which registry cannot be read, and why", async () => {
    ports = fakePorts();
    ports.interruptions.interrupt("cacheRules.list", "before", away);
    const { page } = await openPage(browser);
    await page.goto(withKey());

    const told = page.getByText("ARM did not answer.");
    await told.waitFor();
    expect(await told.innerText()).toContain("This registry could not be read:");
    await page.close();
  });

  it("says so when Larder cannot answer at first", async () => {
    ports = fakePorts();
    ports.interruptions.interrupt("heartbeats.last", "before", () => {
      throw new TypeError("a bug");
    });
    const { page } = await openPage(browser);
    await page.goto(withKey());

    await page.getByText("Larder failed to answer.").waitFor();
    expect(await page.locator("#data").isVisible()).toBe(false);
    await page.close();
  });

  it("says so when no registry is served", async () => {
    ports = fakePorts({ registries: [] });
    const { page } = await openPage(browser);
    await page.goto(withKey());

    const told = page.getByText("This deployment serves no registry.");
    await told.waitFor();
    expect(await told.isVisible()).toBe(true);
    await page.close();
  });
});

describe("the shell", () => {
  it("is served without a key, holds no data, and may load nothing from elsewhere", async () => {
    const plain = await serve(() => ports);
    const heard = await plain.call("GET", "/api/", { headers: { "x-functions-key": "" } });
    await plain.close();

    expect(heard.status).toBe(200);
    expect(heard.headers.get("Content-Security-Policy")).toMatch(
      /^default-src 'none'; script-src 'sha256-[A-Za-z0-9+/]{43}='; style-src 'sha256-[A-Za-z0-9+/]{43}='; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(heard.headers.get("Set-Cookie")).toBeNull();
    expect(heard.text).not.toMatch(/contoso|https?:|innerHTML|insertAdjacentHTML|document\.write/);
  });
});
