import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { type Served, serve } from "./serve.ts";
import { liveSet } from "./set-views.ts";
import { putRule } from "./tag-world.ts";

const path = "/api/registries/contoso/export";

let ports: FakePorts;
let served: Served;
let signInEnabled: boolean;

beforeEach(async () => {
  signInEnabled = false;
  ports = fakePorts();
  ports.sets.put("contoso", liveSet("docker-hub"));
  putRule(ports, "grafana", { owner: "team-observability" });
  served = await serve(() => ports, { signInEnabled: () => signInEnabled });
});
afterEach(() => served.close());

async function exported(format: string): Promise<string> {
  const heard = await served.call("GET", `${path}?format=${format}`);
  expect([heard.status, undocumented("exportRegistry", 200, undefined)]).toEqual([200, ""]);
  return heard.text;
}

const asReader = (role: string) => {
  const claims = [
    { typ: "oid", val: "11111111-2222" },
    { typ: "roles", val: role },
  ];
  const principal = Buffer.from(JSON.stringify({ claims })).toString("base64");
  return { headers: { "x-ms-client-principal": principal } };
};

describe("the export", () => {
  it.each([
    ["bicep", "contoso.bicep", "resource rule_grafana 'Microsoft.ContainerRegistry/registries/"],
    ["terraform", "contoso.tf", 'resource "azurerm_container_registry_cache_rule" "grafana" {'],
  ])("as %s is the file %s to save", async (format, file, line) => {
    const { status, headers, text } = await served.call("GET", `${path}?format=${format}`);

    expect(status).toBe(200);
    expect(headers.get("Content-Type")).toBe("text/plain; charset=utf-8");
    expect(headers.get("Content-Disposition")).toBe(`attachment; filename="${file}"`);
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(text).toContain(line);
    expect(text).toContain('Owner: "team-observability"');
  });

  it("is the same as long as nothing changes, whatever the case of the registry's name", async () => {
    const first = await exported("bicep");
    ports.clock.advance(3600);
    const again = await served.call("GET", "/api/registries/CONTOSO/export?format=bicep");

    expect([again.text, again.headers.get("Content-Disposition")]).toEqual([
      first,
      'attachment; filename="contoso.bicep"',
    ]);
  });

  it("is what ARM has, not what was asked of Larder", async () => {
    putRule(ports, "waiting", { status: "requested" });
    ports.arm.put("contoso", { name: "outside", source: "quay.io/a/*", target: "a/*" });
    ports.arm.put("contoso", { name: "grafana", source: "docker.io/grafana/*", target: "g/*" });

    const text = await exported("terraform");

    expect(text.match(/^resource "azurerm_container_registry_cache_rule" .*$/gm)).toEqual([
      'resource "azurerm_container_registry_cache_rule" "grafana" {',
      'resource "azurerm_container_registry_cache_rule" "outside" {',
    ]);
    expect(text).toContain('target_repo           = "g/*"');
    expect(text).toContain("# Larder's record differs: ");
    expect(text).toContain('# Left out, for ARM does not have it: rule "waiting"');
  });

  it("names secrets and holds none", async () => {
    const { usernameSecretId, passwordSecretId } = liveSet("docker-hub");
    ports.shelf.seed(usernameSecretId, "larderbot-user");
    ports.shelf.seed(passwordSecretId, "dckr_pat_sample");

    for (const format of ["bicep", "terraform"]) {
      const text = await exported(format);
      expect(text).toContain(passwordSecretId);
      expect(text).not.toMatch(/larderbot-user|dckr_pat_sample/);
    }
  });

  it("assigns no role in a vault with access policies", async () => {
    expect(await exported("bicep")).toContain("roleAssignments@");
    ports.rights.answer("accessPolicies");

    const text = await exported("bicep");
    expect(text).not.toContain("roleAssignments@");
    expect(text).toContain("//   az keyvault set-policy --name contoso ");
  });

  it("of a registry without anything is a file as well", async () => {
    ports.arm.delete("contoso", "grafana");
    ports.sets.delete("contoso", "docker-hub");

    expect(await exported("terraform")).toContain("0 credential sets, 0 cache rules.");
  });
});

describe("the export is refused", () => {
  it.each([
    [path, 400, "InvalidQueryParameter"],
    [`${path}?format=`, 400, "InvalidQueryParameter"],
    [`${path}?format=pulumi`, 400, "InvalidQueryParameter"],
    [`${path}?format=bicep&top=1`, 400, "UnknownQueryParameter"],
    ["/api/registries/fabrikam/export?format=bicep", 404, "RegistryNotFound"],
  ])("at %s: %i %s", async (address, status, code) => {
    const heard = await served.call("GET", address);

    expect([heard.status, heard.code]).toEqual([status, code]);
    expect(undocumented("exportRegistry", heard.status, heard.json)).toBe("");
  });

  it.each([
    ["Reader", 200],
    ["Nobody", 403],
  ])("or not, to a caller with the role %s: %i", async (role, status) => {
    signInEnabled = true;

    expect((await served.call("GET", `${path}?format=bicep`, asReader(role))).status).toBe(status);
  });

  it.each(["cacheRules.list", "credentialSets.list", "rules.read", "registries.id"])(
    "while %s does not work, rather than half of it given",
    async (call) => {
      ports.interruptions.interrupt(call, "before", () => {
        throw new LarderError("unavailable", { code: "ArmUnavailable", message: "No answer." });
      });

      const heard = await served.call("GET", `${path}?format=bicep`);
      expect([heard.status, heard.code]).toEqual([503, "ArmUnavailable"]);
    },
  );
});
