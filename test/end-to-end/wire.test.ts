import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { specCheck, specIsThere } from "../contract/local-vault-spec.ts";
import type { Exchange } from "../local/request-log.ts";
import { type App, field, startApp, until } from "./app.ts";

/*
 * What the app itself sends in the life of a rule: to ARM in the shape of the 2025-11-01 examples
 * (CacheRuleCreate, CacheRuleUpdate, CacheRuleDelete), to Key Vault as its description has it.
 */

describe("what goes over the wire in the life of a rule", () => {
  let app: App;
  const exchanges: Exchange[] = [];
  const path = "registries/larderdev/rules/wired-rule";

  const active = (what: string) =>
    until(
      what,
      () => app.call("GET", path),
      (reply) => field(reply, "status") === "active",
    );

  beforeAll(async () => {
    app = await startApp();
    const [registry] = app.standIn.registries;
    registry?.addCredentialSet({
      name: "second-set",
      loginServer: "docker.io",
      usernameSecretId: `${app.standIn.urls.vault}/secrets/docker-hub-username`,
      passwordSecretId: `${app.standIn.urls.vault}/secrets/docker-hub-token`,
    });
    for (const principal of registry?.credentialSets.list() ?? [])
      for (const secret of ["docker-hub-username", "docker-hub-token"])
        app.standIn.vault.reader.grant(principal.properties.principalId, secret);
    app.standIn.log.watch((one) => void exchanges.push(one));
    const source = "docker.io/library/nginx";
    await app.call("PUT", path, { source, target: "nginx", credentialSet: "docker-hub" });
    await active("the rule");
    await app.call("PATCH", path, { credentialSet: "second-set" });
    await active("the changed rule");
    await app.call("DELETE", path);
    await until(
      "the end",
      () => app.call("GET", path),
      ({ status }) => status === 404,
    );
  });
  afterAll(() => app.close());

  const changesOf = (service: string) =>
    exchanges
      .filter((one) => one.service === service && !/^(GET|HEAD)$/.test(one.call.method))
      .map(({ call }) => [
        call.method,
        call.body.length > 0 ? JSON.parse(call.body.toString()) : undefined,
      ]);

  it("ARM gets one PUT, one PATCH and one DELETE, with nothing more than the examples have", () => {
    const set = (name: string) =>
      expect.stringMatching(
        new RegExp(
          `^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.ContainerRegistry/registries/larderdev/credentialSets/${name}$`,
        ),
      );

    expect(changesOf("arm")).toEqual([
      [
        "PUT",
        {
          properties: {
            sourceRepository: "docker.io/library/nginx",
            targetRepository: "nginx",
            credentialSetResourceId: set("docker-hub"),
          },
        },
      ],
      ["PATCH", { properties: { credentialSetResourceId: set("second-set") } }],
      ["DELETE", undefined],
    ]);
  });

  it("ARM is asked at the stable api-version only", () => {
    const versions = exchanges
      .filter(({ service }) => service === "arm")
      .map(({ call }) => call.query.get("api-version"));

    expect(new Set(versions)).toEqual(new Set(["2025-11-01"]));
  });

  it("nothing is written to the registry or the vault", () => {
    const changes = exchanges
      .filter(({ service }) => service === "acr" || service === "vault")
      .map(({ call }) => `${call.method} ${call.path}`)
      // Getting a token is a POST, too.
      .filter((line) => !/^(GET|HEAD|POST \/oauth2\/)/.test(line));

    expect(changes).toEqual([]);
    expect(exchanges.filter(({ service }) => service === "vault").length).toBeGreaterThan(2);
  });

  it.skipIf(!specIsThere)(
    "every exchange with the vault is in its description (needs ../shared/specs/keyvault)",
    () => {
      const check = specCheck();

      expect(
        exchanges
          .filter(({ service }) => service === "vault")
          .map(check)
          .filter((wrong) => wrong !== ""),
      ).toEqual([]);
    },
  );
});
