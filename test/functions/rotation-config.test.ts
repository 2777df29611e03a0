import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { settings } from "../../src/settings.ts";
import { complaint, least } from "./environment.ts";

describe("the settings of renewing tokens", () => {
  it("all have a default, or are not needed", () => {
    expect(readConfig(least)).toMatchObject({
      rotation: {
        defaults: { lifetime: "P90D", renewBefore: "P30D", grace: "P1D", retention: "P7D" },
        minimumGraceSeconds: 86_400,
        maximumLifetimeSeconds: 366 * 86_400,
        maximumScope: "repo:read",
        vaultsForNewSets: [],
        rotatorVault: undefined,
        confirmSeconds: 900,
        leaseSeconds: 300,
        cooldownSeconds: 86_400,
        lastUsed: "require",
        sweepEverySeconds: 3600,
      },
      grantVaults: [],
      eventTopic: undefined,
    });
  });

  it("say how tokens are renewed", () => {
    const vault = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/contoso";
    const config = readConfig({
      ...least,
      ROTATION_SCHEDULE: "*/30 * * * * *",
      ROTATION_EVERY_SECONDS: "30",
      ROTATION_LIFETIME: "P20D",
      ROTATION_RENEW_BEFORE: "P5D",
      ROTATION_GRACE: "PT2S",
      ROTATION_RETENTION: "PT3S",
      ROTATION_MINIMUM_GRACE: "PT2S",
      ROTATION_MAXIMUM_LIFETIME: "P30D",
      ROTATION_MAXIMUM_SCOPE: "repo:admin",
      ROTATION_CONFIRM_SECONDS: "60",
      ROTATION_LEASE_SECONDS: "10",
      ROTATION_COOLDOWN: "PT1M",
      ROTATION_LAST_USED: "ignore",
      ROTATOR_VAULT: "https://rotator.vault.azure.net/",
      GRANT_VAULTS: `${vault}, ${vault}-2`,
      EVENT_TOPIC: "https://larder.westeurope-1.eventgrid.azure.net/api/events",
    });

    expect(config).toMatchObject({
      rotation: {
        defaults: { lifetime: "P20D", renewBefore: "P5D", grace: "PT2S", retention: "PT3S" },
        minimumGraceSeconds: 2,
        maximumLifetimeSeconds: 30 * 86_400,
        maximumScope: "repo:admin",
        vaultsForNewSets: ["contoso", "contoso-2"],
        rotatorVault: "https://rotator.vault.azure.net",
        confirmSeconds: 60,
        leaseSeconds: 10,
        cooldownSeconds: 60,
        lastUsed: "ignore",
        sweepEverySeconds: 30,
      },
      grantVaults: [vault, `${vault}-2`],
      eventTopic: "https://larder.westeurope-1.eventgrid.azure.net/api/events",
    });
  });

  it.each([
    [
      "a token that would be due as soon as it is made",
      { ROTATION_LIFETIME: "P30D" },
      'ROTATION_LIFETIME is "P30D", no longer than ROTATION_RENEW_BEFORE, which is "P30D"; it must be',
    ],
    [
      "the same, by the other setting",
      { ROTATION_RENEW_BEFORE: "P3M1D" },
      'ROTATION_LIFETIME is "P90D", no longer than ROTATION_RENEW_BEFORE, which is "P3M1D"; it must be',
    ],
    [
      "a grace that no policy may ask for",
      { ROTATION_GRACE: "PT23H59M" },
      'ROTATION_GRACE is "PT23H59M", shorter than ROTATION_MINIMUM_GRACE allows; it must be',
    ],
    [
      "the same, by the other setting",
      { ROTATION_MINIMUM_GRACE: "P2D" },
      'ROTATION_GRACE is "P1D", shorter than ROTATION_MINIMUM_GRACE allows; it must be',
    ],
  ])("refuse %s", (_, environment, words) => {
    const message = complaint({ ...least, ...environment });

    expect(message).toContain(`- ${words}`);
    expect(message.match(/^- /gm)).toHaveLength(1);
  });

  it("contradict nothing where one of them cannot be read", () => {
    const message = complaint({ ...least, ROTATION_LIFETIME: "soon", ROTATION_MINIMUM_GRACE: "P" });

    expect(message.match(/^- \w+ is "\w+"[;,]/gm)).toEqual([
      '- ROTATION_LIFETIME is "soon";',
      '- ROTATION_MINIMUM_GRACE is "P";',
    ]);
  });

  it.each([
    ["ROTATION_SCHEDULE", "daily"],
    ["ROTATION_EVERY_SECONDS", "9"],
    ["ROTATION_LIFETIME", "90"],
    ["ROTATION_RENEW_BEFORE", "PT0S"],
    ["ROTATION_GRACE", "1 day"],
    ["ROTATION_RETENTION", "P100Y"],
    ["ROTATION_MINIMUM_GRACE", "none"],
    ["ROTATION_CONFIRM_SECONDS", "PT15M"],
    ["ROTATION_COOLDOWN", "PT59S"],
    ["ROTATION_LAST_USED", "maybe"],
    ["ROTATOR_VAULT", "http://rotator.vault.azure.net"],
    ["GRANT_VAULTS", "contoso"],
  ] as const)("refuse %s=%s and say what is expected", (name, value) => {
    expect(complaint({ ...least, [name]: value })).toContain(
      `- ${name} is "${value}"; it must be ${settings[name].expected}.`,
    );
  });
});
