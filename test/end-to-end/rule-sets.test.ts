import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, field, startApp, until } from "./app.ts";
import { type Skopeo, skopeo, skopeoInstalled, skopeoNeeded } from "./registry-client.ts";
import ruleSets from "./rule-sets.json" with { type: "json" };

/*
 * Cache rules that real users run, fed through the API of the running app, one registry a set:
 * every rule becomes active in ARM, and an image pulled through it by a real client is cached.
 */

/** A repository that each rule serves, as far as its target goes: what stands for "*". */
const below: Readonly<Record<string, string>> = {
  dockerio: "library/nginx",
  quayio: "prometheus/prometheus",
  ghcrio: "linkerd/proxy",
  alpine: "git",
  linkerd: "controller",
  openshiftReleaseDev: "ocp-release",
  "acm-d-mce": "backplane",
};

describe.each(ruleSets.sets.map((set, index) => ({ ...set, registry: `ruleset${index}` })))(
  "the rules of $source",
  ({ registry, rules, credentialSets }) => {
    let app: App;
    let client: Skopeo;
    let loginServer: string;

    beforeAll(async () => {
      app = await startApp({ registries: [{ name: registry }] });
      const [stage] = app.standIn.registries;
      if (!stage) throw new Error("the stand-in has no registry");
      loginServer = stage.loginServer();
      client = skopeo(app.standIn);
      for (const [name, upstream] of Object.entries(credentialSets)) {
        const secrets = upstream === "docker.io" ? "docker-hub" : "quay";
        const principal = stage.addCredentialSet({
          name,
          loginServer: upstream ?? "",
          usernameSecretId: `${app.standIn.urls.vault}/secrets/${secrets}-username`,
          passwordSecretId: `${app.standIn.urls.vault}/secrets/${secrets}-token`,
        });
        for (const secret of ["username", "token"])
          app.standIn.vault.reader.grant(principal, `${secrets}-${secret}`);
      }
    });

    afterAll(async () => {
      client.close();
      await app.close();
    });

    const rulePath = (name: string) => `registries/${registry}/rules/${name}`;

    it("are all accepted at once, and become active in ARM", async () => {
      const replies = await Promise.all(
        rules.map(({ name, ...rule }) => app.call("PUT", rulePath(name), rule)),
      );

      expect(replies.map(({ status, body }) => (status === 201 ? 201 : body))).toEqual(
        rules.map(() => 201),
      );
      const listed = await until(
        "active rules",
        () => app.call("GET", `registries/${registry}/rules?status=active`),
        (reply) => (field(reply, "value") as unknown[]).length === rules.length,
      );
      const live = (
        field(listed, "value") as {
          name: string;
          live: { source: string; target: string; provisioningState: string };
        }[]
      ).map(({ name, live: { source, target, provisioningState } }) => ({
        name,
        source,
        target,
        provisioningState,
      }));
      const byName = (a: { name: string }, b: { name: string }) =>
        a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1;
      expect(live).toEqual(
        rules
          .map(({ name, source, target }) => ({
            name,
            source,
            target,
            provisioningState: "Succeeded",
          }))
          .sort(byName),
      );
    });

    it("asked for again are found to be so already", async () => {
      const replies = await Promise.all(
        rules.map(({ name, ...rule }) => app.call("PUT", rulePath(name), rule)),
      );

      expect(replies.map(({ status }) => status)).toEqual(rules.map(() => 200));
    });

    it.skipIf(!skopeoInstalled).each(
      rules.map(({ name, target }) => ({
        name,
        repository: target.replace("*", below[name] ?? ""),
      })),
    )(
      `$name caches what is pulled through it: $repository${skopeoNeeded}`,
      async ({ repository }) => {
        await client.pull(`${loginServer}/${repository}:latest`);

        const held = await until(
          "a cached tag",
          async () => holdsTag(app, registry, repository),
          (found) => found,
        );
        expect(held).toBe(true);
        // By digest, and the tag list, which needs the repository to be there.
        const { Digest } = JSON.parse(
          await client.run("inspect", `docker://${loginServer}/${repository}:latest`),
        ) as { Digest: string };
        await client.pull(`${loginServer}/${repository}@${Digest}`);
      },
    );
  },
);

/** Whether the registry itself holds the tag "latest" of a repository. */
function holdsTag(app: App, registry: string, repository: string): boolean {
  const stage = app.standIn.registries.find(({ name }) => name === registry);
  return stage?.storage.repositories.get(repository)?.tags.get("latest") !== undefined;
}
