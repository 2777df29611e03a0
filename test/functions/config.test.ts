import { readFile } from "node:fs/promises";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { settings } from "../../src/settings.ts";
import { complaint, connectionString, contoso, least } from "./environment.ts";

describe("settings", () => {
  it("need nothing but registries and storage", () => {
    const config = readConfig(least);

    expect(config).toMatchObject({
      registries: [
        {
          subscriptionId: "11111111-2222-3333-4444-555555555555",
          resourceGroup: "rg",
          name: "Contoso",
        },
      ],
      identity: { managed: false, clientId: undefined },
      signInEnabled: false,
      keyless: false,
      arm: { endpoint: "https://management.azure.com", pollSeconds: 2 },
      vaults: { hosts: [] },
      upstreams: { connectTo: new Map(), timeoutSeconds: 5 },
      rules: {
        upstreamCheck: true,
        reconcileEverySeconds: 300,
        repairAfterSeconds: 120,
        historyDays: 400,
        policy: {
          allowedSources: [],
          deniedSources: [],
          approvalSources: [],
          approvalExemptCallers: [],
          namePattern: undefined,
          ownerRequired: false,
          rulesPerOwner: undefined,
          unhealthyCredentialSet: "refuse",
        },
      },
    });
    expect(
      config.storage.kind === "connectionString" && config.storage.connectionString.reveal(),
    ).toBe(connectionString);
  });

  it("reach storage with the identity by two addresses", () => {
    const config = readConfig({
      REGISTRIES: contoso,
      LarderStorage__tableServiceUri: "https://larder.table.core.windows.net/",
      LarderStorage__queueServiceUri: "https://larder.queue.core.windows.net",
      IDENTITY_ENDPOINT: "http://169.254.129.2:8081/msi/token",
      AZURE_CLIENT_ID: "9f1a2b3c-0000-4000-8000-000000000001",
      WEBSITE_AUTH_ENABLED: "True",
      SIGN_IN_ALONE: "on",
    });

    expect(config).toMatchObject({
      storage: {
        kind: "identity",
        tableServiceUri: "https://larder.table.core.windows.net",
        queueServiceUri: "https://larder.queue.core.windows.net",
      },
      identity: { managed: true, clientId: "9f1a2b3c-0000-4000-8000-000000000001" },
      signInEnabled: true,
      keyless: true,
    });
  });

  it("take lists with blanks, numbers, switches and maps", () => {
    const config = readConfig({
      ...least,
      REGISTRIES: `${contoso} , ${contoso.replace("Contoso", "fabrikam")},`,
      POLICY_DENIED_SOURCES: " docker.io/evil/* ,quay.io/*",
      POLICY_OWNER_REQUIRED: "On",
      POLICY_RULES_PER_OWNER: "20",
      UPSTREAM_CHECK: "off",
      ARM_POLL_SECONDS: "0.2",
      VAULT_HOSTS: "localhost:8443",
      CONNECT_TO: '{"*:443":"localhost:5001"}',
      POLICY_RULE_NAME_PATTERN: "^team-",
    });

    expect(config.registries.map(({ name }) => name)).toEqual(["Contoso", "fabrikam"]);
    expect(config.rules).toMatchObject({ upstreamCheck: false });
    expect(config.rules.policy).toMatchObject({
      deniedSources: ["docker.io/evil/*", "quay.io/*"],
      ownerRequired: true,
      rulesPerOwner: 20,
      namePattern: "^team-",
    });
    expect(config.arm.pollSeconds).toBe(0.2);
    expect(config.vaults.hosts).toEqual(["localhost:8443"]);
    expect([...config.upstreams.connectTo]).toEqual([["*:443", "localhost:5001"]]);
  });

  it.each([
    ["REGISTRIES", "contoso"],
    ["REGISTRIES", " , "],
    ["LarderStorage__tableServiceUri", "http://larder.table.core.windows.net"],
    ["LarderStorage__queueServiceUri", "larder"],
    ["AZURE_CLIENT_ID", "mine"],
    ["IDENTITY_ENDPOINT", "nowhere"],
    ["WEBSITE_AUTH_ENABLED", "maybe"],
    ["ARM_ENDPOINT", "http://management.azure.com"],
    ["ARM_POLL_SECONDS", "0"],
    ["VAULT_SUFFIXES", "vault.azure.net"],
    ["VAULT_SUFFIXES", ".net"],
    ["VAULT_HOSTS", "https://localhost"],
    ["UPSTREAM_CHECK", "yes please"],
    ["UPSTREAM_TIMEOUT_SECONDS", "-1"],
    ["CONNECT_TO", "localhost:5001"],
    ["CONNECT_TO", '{"a":1}'],
    ["RECONCILE_SCHEDULE", "*/5 * * * *"],
    ["RECONCILE_EVERY_SECONDS", "1.5"],
    ["HISTORY_DAYS", "a year"],
    ["POLICY_ALLOWED_SOURCES", "Docker.io/*"],
    ["POLICY_DENIED_SOURCES", "docker.io"],
    ["POLICY_APPROVAL_EXEMPT_CALLERS", "alice@contoso.com"],
    ["POLICY_APPROVAL_SOURCES", "docker.io/*/nginx"],
    ["POLICY_RULE_NAME_PATTERN", "("],
    ["POLICY_OWNER_REQUIRED", "1"],
    ["POLICY_RULES_PER_OWNER", "0"],
    ["POLICY_UNHEALTHY_CREDENTIAL_SET", "ignore"],
  ] as const)("refuse %s=%s and say what is expected", (name, value) => {
    const message = complaint({ ...least, [name]: value });

    expect(message).toContain(
      `- ${name} is "${value.trim()}"; it must be ${settings[name].expected}.`,
    );
    expect(message).toContain(settings[name].description);
  });

  it("have patterns in the spelling of rules", () => {
    const { policy } = readConfig({
      ...least,
      POLICY_ALLOWED_SOURCES: "index.docker.io/nginx, *.azurecr.io/*",
      POLICY_APPROVAL_SOURCES: "*",
      POLICY_APPROVAL_EXEMPT_CALLERS: "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
    }).rules;

    expect(policy).toMatchObject({
      allowedSources: ["docker.io/library/nginx", "*.azurecr.io/*"],
      approvalSources: ["*"],
      approvalExemptCallers: ["3f2504e0-4f89-41d3-9a0c-0305e82c3301"],
    });
  });

  it("name each faulty pattern and what to write instead", () => {
    const message = complaint({
      ...least,
      POLICY_DENIED_SOURCES: "docker.io, quay.io/*, ghcr.oi/*, docker.io/Bitnami*",
    });

    expect(message).toContain('"docker.io" names no repository: write "docker.io/*"');
    expect(message).toContain('"ghcr.oi/*" does not begin with the host of an upstream.');
    expect(message).toContain('"docker.io/Bitnami*" has upper case');
    expect(message).not.toContain('"quay.io/*"');
  });

  it("name every fault at once", () => {
    const message = complaint({ HISTORY_DAYS: "0", LarderStorage__tableServiceUri: "https://a.b" });

    expect(message.match(/^- \w+/gm)).toEqual([
      "- REGISTRIES",
      "- LarderStorage__queueServiceUri",
      "- HISTORY_DAYS",
    ]);
  });

  it("never show a connection string, right or wrong", () => {
    const wrong = complaint({ REGISTRIES: contoso, LarderStorage: "AccountKey=c2VjcmV0LWtleQ==" });

    expect(wrong).toContain("- LarderStorage is set, but wrongly");
    expect(wrong).not.toContain("c2VjcmV0");
    expect(inspect(readConfig(least), { depth: 9, showHidden: true })).not.toContain("c2VjcmV0");
    expect(JSON.stringify(readConfig(least))).not.toContain("c2VjcmV0");
  });
});

describe("local.settings.sample.json", async () => {
  const sample = JSON.parse(
    await readFile(new URL("../../local.settings.sample.json", import.meta.url), "utf8"),
  ) as { Values: Record<string, string> };
  const platform = ["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage"];

  it("lists every setting once and no other", () => {
    const listed = Object.keys(sample.Values).filter((name) => !platform.includes(name));
    expect(listed.sort()).toEqual(Object.keys(settings).sort());
  });

  it("has values that are accepted, and the defaults where there are some", () => {
    expect(readConfig(sample.Values).registries).toHaveLength(1);
    const defaults = Object.entries(settings).flatMap(([name, setting]) =>
      "default" in setting ? [[name, setting.default]] : [],
    );
    expect(sample.Values).toMatchObject(Object.fromEntries(defaults));
  });
});
