import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CredentialSetView } from "../../src/domain/credential-set-view.ts";
import { fakePorts } from "../fakes/ports.ts";
import { type Served, serve } from "../functions/serve.ts";
import {
  aHold,
  aRecord,
  aRotation,
  aView,
  liveSet,
  oldUuid,
  unadoptedView,
} from "../functions/set-views.ts";
import { launch, noBrowser, skipReason } from "./browser.ts";
import { manySets } from "./many-sets.ts";
import { setRow, showSets } from "./sets-page.ts";

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

describe.skipIf(noBrowser)(`what the status page says of credential sets${skipReason}`, () => {
  it("says where the renewal stands, what comes next and when, and how it went the last time", async () => {
    const { page } = await show(manySets);
    const renewing = await setRow(page, "renewing").innerText();
    const resting = await setRow(page, "resting").innerText();

    expect(renewing).toContain("renewing for docker.io · contosopull, managed");
    expect(renewing).toContain("A new token was made and works;");
    expect(renewing).toContain("Next: Write it to renewing-token, 21 Nov");
    expect(await setRow(page, "renewing").locator("time").first().getAttribute("title")).toBe(
      "2026-11-21T02:01:00.000Z",
    );
    expect(resting).toMatch(/Last rotation succeeded 10 Nov, [\d:]{8}, on schedule/);
    await page.close();
  });

  it("tells each thing a person is to do, commands as code", async () => {
    const { page } = await show(manySets);
    const assisted = setRow(page, "assisted").locator(".note.warn");

    expect(await assisted.allInnerTexts()).toEqual([
      "To do: Make a token of contosopull with the scope repo:read.",
      "To do: Put it into the pending secret: az keyvault secret set --vault-name contoso --name assisted-token-pending --file <file> --expires <yyyy-mm-ddThh:mm:ssZ>. Larder tests it.",
    ]);
    expect(await assisted.locator("code").allTextContents()).toEqual([
      "az keyvault secret set --vault-name contoso --name assisted-token-pending --file <file> --expires <yyyy-mm-ddThh:mm:ssZ>",
    ]);
    const making = setRow(page, "in-the-making");
    expect(await making.locator(".note").innerText()).toBe(
      "Its identity may not read its secrets. Run one of:",
    );
    expect(await making.locator("code.command").allTextContents()).toEqual([
      expect.stringMatching(/^az role assignment create .*in-the-making-token$/),
      expect.stringMatching(/^# for a vault with access policies\naz keyvault set-policy .*get$/),
    ]);
    expect(await making.innerText()).toContain("· not in the registry");
    await page.close();
  });

  it("tells what keeps it from going on, and what failed", async () => {
    const { page } = await show(manySets);
    const notes = (name: string) => setRow(page, name).locator(".note").allInnerTexts();

    expect(await notes("held-up")).toEqual([
      expect.stringMatching(
        /^To do: Docker Hub did not answer\. \(HubUnavailable, since 21 Nov, [\d:]{8}\)$/,
      ),
      "The last rotation failed, CanaryFailed: ACR did not serve library/alpine:latest with the new token. The old one was put back.",
    ]);
    expect(await setRow(page, "held-up").innerText()).toMatch(
      /Last rotation failed 20 Nov, [\d:]{8}, asked for by ada@contoso\.com: A laptop was lost\./,
    );
    expect(await notes("dead")).toEqual([
      "ACR says: Unauthorized: The login was refused.",
      "To mend it: Put a token that works into dead-token.",
      expect.stringMatching(
        /^To do: Docker Hub refuses the account's password\. \(PasswordRefused, since .*\)$/,
      ),
    ]);
    expect(await setRow(page, "dead").locator(".note.bad").count()).toBe(3);
    expect(await notes("retiring")).toEqual([
      expect.stringContaining("To do: Somebody else uses the old token. (OldTokenInUse, since "),
    ]);
    // It passes by itself, and is nobody's trouble.
    expect(await notes("renewing")).toEqual([
      expect.stringContaining("NotConfirmedYet: ACR was not seen to use it yet. Since "),
    ]);
    expect(await setRow(page, "renewing").locator(".note.warn, .note.bad").count()).toBe(0);
    await page.close();
  });

  it("says of a set that it is not renewed, and which call has it renewed", async () => {
    const { page } = await show(manySets);

    expect(await setRow(page, "by-hand").innerText()).toContain(
      "Larder does not renew its token. To have it renewed: PUT /api/registries/contoso/credential-sets/by-hand",
    );
    const ghcr = await setRow(page, "ghcr-pull").innerText();
    expect(ghcr).toContain("Larder renews tokens of docker.io only.");
    expect(ghcr).not.toContain("PUT");
    await page.close();
  });

  it("says nothing of what it could not read, but that", async () => {
    const { page } = await show([unadoptedView(liveSet("docker-hub"))], {
      rotationProblem: "A row cannot be read.",
    });
    const whole = await page.locator("main").innerText();

    expect(whole).toContain("The renewal of their tokens could not be read: A row cannot be read.");
    expect(whole).not.toContain("does not renew");
    await page.close();
  });

  it("shortens a token's id in the sentences, and has it whole in the details", async () => {
    const { page } = await show(manySets);
    const retiring = setRow(page, "retiring");

    expect(await retiring.innerText()).toContain("The old token b30bbf97 is still valid.");
    expect(await retiring.locator("code").first().getAttribute("title")).toBe(oldUuid);
    await retiring.locator("summary").click();
    expect(await retiring.locator("dl").innerText()).toContain(oldUuid);
    await page.close();
  });

  it("unfolds the rest, and keeps it unfolded", async () => {
    const { page } = await show(manySets);
    await setRow(page, "resting").locator("summary").click();
    const details = setRow(page, "resting").locator("details");

    expect(await details.locator("dt").allTextContents()).toEqual([
      "Token",
      "Its end",
      "Looked at",
      "Policy",
      "Proof",
      "User name",
      "Live secret",
      "Pending secret",
      "Adopted",
      "Rotations",
    ]);
    expect(await details.innerText()).toContain(
      "lives P90D, renewed P30D before its end; the old one has a grace of P1D and is kept disabled for P7D; scope repo:read",
    );
    await page.getByLabel("Filter rules").fill("x");
    expect(await page.locator(".set details[open]").count()).toBe(1);
    await page.close();
  });

  it("shows what others wrote as text, never as markup", async () => {
    const evil = `<img src=x onerror="document.title='owned'">`;
    const code = `\`${evil}\``;
    const view = aView("evil-set", {
      set: liveSet("evil-set", {
        loginServer: evil,
        provisioningState: evil,
        usernameSecretId: evil,
        health: { status: "Unhealthy", errorCode: evil, errorMessage: evil },
      }),
      remedy: code,
      access: { state: "needed", commands: [evil] },
      state: code,
      next: { what: code },
      toDo: [code],
      notes: [code],
      record: aRecord("evil-set", {
        policy: { ...aRecord("evil-set").policy, account: evil, canary: evil, lifetime: evil },
        adoptedBy: evil,
        hold: aHold({ code: evil, message: code }),
        rotations: [aRotation({ hold: aHold({ message: code }) })],
        ended: [
          aRotation({
            state: "failed",
            trigger: "request",
            by: evil,
            reason: evil,
            failure: { code: evil, message: code },
          }),
        ],
      }),
    });
    const { page, faults } = await show([view], { rotationProblem: evil });
    await setRow(page, "evil-set").locator("summary").click();

    expect(await page.locator("img, #data script").count()).toBe(0);
    expect(await page.title()).toBe("Larder");
    expect((await setRow(page, "evil-set").innerText()).split(evil).length).toBeGreaterThan(15);
    expect(faults).toEqual([]);
    await page.close();
  });
});
