import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FakePorts } from "../fakes/ports.ts";
import { type Served, serve } from "../functions/serve.ts";
import { launch, noBrowser, openPage, skipReason } from "./browser.ts";
import { busyKitchen } from "./kitchen.ts";

/* The page of a deployment with sign-in in front, whose session the platform writes into a header. */

let served: Served;
let browser: Browser;

beforeAll(async () => {
  if (noBrowser) return;
  const ports: FakePorts = await busyKitchen();
  browser = await launch();
  served = await serve(() => ports, { signInEnabled: () => true });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

/** What the platform says of a person, in base64. */
const principal = (...roles: readonly string[]) => {
  const claims = [
    { typ: "http://schemas.microsoft.com/identity/claims/objectidentifier", val: "1" },
    ...roles.map((val) => ({ typ: "roles", val })),
  ];
  const said = { auth_typ: "aad", role_typ: "roles", claims };
  return Buffer.from(JSON.stringify(said)).toString("base64");
};

async function open(session?: string): Promise<{ page: Page; faults: readonly string[] }> {
  const opened = await openPage(browser);
  if (session !== undefined)
    await opened.page.setExtraHTTPHeaders({ "x-ms-client-principal": session });
  return opened;
}

const way = (page: Page) => page.getByRole("link", { name: "sign in" });

describe.skipIf(noBrowser)(`the page behind sign-in${skipReason}`, () => {
  it("leads to the sign-in and back", async () => {
    const { page, faults } = await open();
    const place = "/.auth/login/aad?post_login_redirect_uri=/api/";
    await page.route("**/.auth/**", (route) =>
      route.fulfill({ status: 302, headers: { location: "/api/" } }),
    );
    await page.goto(`${served.url}/api/`);
    await page.getByText("Sign in with Microsoft Entra ID").waitFor();
    expect(await way(page).getAttribute("href")).toBe(place);

    await page.setExtraHTTPHeaders({ "x-ms-client-principal": principal("Reader") });
    await way(page).click();

    await page.locator(".rule").first().waitFor();
    expect(page.url()).toBe(`${served.url}/api/`);
    expect(await way(page).isVisible()).toBe(false);
    expect(faults).toEqual([]);
    await page.close();
  });

  it("tells who may not read what is missing, and asks for no key", async () => {
    const { page } = await open(principal());
    await page.goto(`${served.url}/api/`);

    await page.getByText("This needs the role Reader.").waitFor();

    expect(await page.getByLabel("Function key").isVisible()).toBe(false);
    await page.close();
  });

  it("says no more than both ways in when the platform ends a session", async () => {
    const { page } = await open(principal("Reader"));
    await page.clock.install();
    await page.goto(`${served.url}/api/`);
    await page.locator(".rule").first().waitFor();

    await page.route("**/api/status", (route) =>
      route.fulfill({ status: 401, headers: { "WWW-Authenticate": "Bearer" }, body: "" }),
    );
    await page.clock.runFor(5000);
    await way(page).waitFor();

    expect(await page.locator("#wrong").innerText()).toBe("");
    expect(await page.getByLabel("Function key").isVisible()).toBe(true);
    expect(await page.locator(".rule").count()).toBe(0);
    await page.close();
  });
});
