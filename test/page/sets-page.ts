import type { Browser, Page } from "playwright-core";
import type { CredentialSetView } from "../../src/domain/credential-set-view.ts";
import { showCredentialSet } from "../../src/http/credential-set-body.ts";
import { statusBody } from "../../src/http/status-body.ts";
import { functionKey, type Served } from "../functions/serve.ts";
import { openPage } from "./browser.ts";

/** The real page over a status with these sets; where they come from is tested elsewhere. */
export async function showSets(
  browser: Browser,
  served: Served,
  views: readonly CredentialSetView[],
  options: Parameters<typeof openPage>[1] & { readonly rotationProblem?: string } = {},
) {
  const registry = {
    name: "contoso",
    loginServer: "contoso.azurecr.io",
    rules: [],
    credentialSets: views.map(showCredentialSet),
    rotationProblem: options.rotationProblem,
    history: [],
  };
  const health = { healthy: true, checks: [] };
  const status = { at: "2026-11-21T02:00:00.000Z", health, registries: [registry] };
  const opened = await openPage(browser, options);
  await opened.page.route("**/api/status", (route) =>
    route.fulfill({ json: statusBody.parse(status) }),
  );
  await opened.page.goto(`${served.url}/api/#key=${functionKey}`);
  await opened.page.locator("#registries h2").first().waitFor();
  return opened;
}

export const setRow = (page: Page, name: string) =>
  page.locator(".set").filter({ has: page.getByText(name, { exact: true }) });

export async function setBadges(page: Page, name: string): Promise<readonly string[]> {
  const found = setRow(page, name).locator(".badge");
  return found.evaluateAll((all) => all.map((one) => `${one.className}: ${one.textContent}`));
}
