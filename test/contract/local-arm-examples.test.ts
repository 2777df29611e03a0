import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { addRule, askArm, registryStage, type Stage, vaultUrl } from "./local-acr-stage.ts";

const folder = new URL("../../../shared/specs/acr/arm-2025-11-01-examples/", import.meta.url);
const reason = existsSync(folder)
  ? ""
  : " [skipped: put the 2025-11-01 ARM examples of azure-rest-api-specs into ../shared/specs/acr]";

const example = z.object({
  parameters: z.record(z.string(), z.unknown()),
  responses: z.record(
    z.string(),
    z.object({
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown().optional(),
    }),
  ),
});
const read = (name: string) =>
  example.parse(JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")));

let stage: Stage;
beforeAll(async () => {
  stage = await registryStage();
  for (const name of ["myCredentialSet", "myCredentialSet2"])
    stage.registry.addCredentialSet({
      name,
      loginServer: "docker.io",
      usernameSecretId: `${vaultUrl}/username`,
      passwordSecretId: `${vaultUrl}/password`,
    });
  addRule(stage, "docker.io/library/busybox", "busybox", "myPatchedRule");
  addRule(stage, "docker.io/library/alpine", "alpine", "myDeletedRule");
  stage.upstream.push("docker.io/library/hello-world");
});
afterAll(() => stage.close());

/** Paths of every leaf of `wanted` that `given` lacks or has in another type. */
function missing(wanted: unknown, given: unknown, path = "$"): string[] {
  if (typeof wanted !== "object" || wanted === null)
    return typeof wanted === typeof given ? [] : [path];
  if (typeof given !== "object" || given === null) return [path];
  const held = new Map<string, unknown>(Object.entries(given));
  return Object.entries(wanted).flatMap(([key, value]) =>
    missing(value, held.get(key), `${path}.${key}`),
  );
}

describe.skipIf(reason !== "")(`the examples of the ARM specification${reason}`, () => {
  it.each([
    ["CacheRuleCreate", "PUT", "cacheRules/myCacheRule", "cacheRuleCreateParameters"],
    ["CacheRuleUpdate", "PATCH", "cacheRules/myPatchedRule", "cacheRuleUpdateParameters"],
    ["CredentialSetCreate", "PUT", "credentialSets/myNewSet", "credentialSetCreateParameters"],
    [
      "CredentialSetUpdate",
      "PATCH",
      "credentialSets/myCredentialSet",
      "credentialSetUpdateParameters",
    ],
  ])(
    "%s: the answer and the resource read back have their shape",
    async (name, method, path, key) => {
      const { parameters, responses } = read(name);

      const answer = await askArm(stage, method, `${stage.base}/${path}`, parameters[key]);
      const back = await askArm(stage, "GET", `${stage.base}/${path}`);

      expect(answer.status).toBe(201);
      const headers = Object.keys(responses["201"]?.headers ?? {});
      expect(headers.filter((header) => !answer.headers.has(header))).toEqual([]);
      expect(missing(responses["201"]?.body, await answer.json())).toEqual([]);
      expect(missing(responses["200"]?.body, await back.json())).toEqual([]);
    },
  );

  it("CacheRuleDelete: its status and headers", async () => {
    const { responses } = read("CacheRuleDelete");

    const answer = await askArm(stage, "DELETE", `${stage.base}/cacheRules/myDeletedRule`);
    const again = await askArm(stage, "DELETE", `${stage.base}/cacheRules/myDeletedRule`);

    expect(Object.keys(responses)).toEqual(["202", "204"]);
    expect([answer.status, again.status]).toEqual([202, 204]);
    expect(answer.headers.has("location")).toBe(true);
  });

  it("ImportImageFromPublicRegistry: taken as it stands there", async () => {
    const { parameters, responses } = read("ImportImageFromPublicRegistry");
    const body = z.record(z.string(), z.unknown()).parse(parameters["parameters"]);
    const targets = { targetTags: ["target/one:tag"], untaggedTargetRepositories: ["target/two"] };

    const answer = await askArm(stage, "POST", `${stage.base}/importImage`, {
      ...body,
      ...targets,
    });

    expect(Object.keys(responses)).toContain(String(answer.status));
    expect(answer.headers.has("location")).toBe(true);
  });
});
