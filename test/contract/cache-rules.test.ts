import { beforeEach, describe, expect, it } from "vitest";
import { type CloudWorld, cloudWorlds, registryName as contoso } from "./cloud-worlds.ts";

const nginx = { source: "docker.io/library/nginx", target: "nginx", credentialSet: "docker-hub" };

describe.each(cloudWorlds())("cache rules: $name", ({ make }) => {
  let world: CloudWorld;
  const rules = () => world.ports.cacheRules;
  const writer = () => world.ports.cacheRuleWriter;

  beforeEach(async () => {
    world = make();
    for (const { name } of await rules().list(contoso)) await writer().remove(contoso, name);
  });

  it("shows a created rule, to get and list alike", async () => {
    await writer().create(contoso, "Nginx-Rule", nginx);

    const shown = {
      ...nginx,
      name: "Nginx-Rule",
      provisioningState: "Succeeded",
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    };
    expect(await rules().get(contoso, "Nginx-Rule")).toEqual(shown);
    expect(await rules().get("CONTOSO", "nginx-rule")).toEqual(shown);
    expect(await rules().list(contoso)).toEqual([shown]);
  });

  it("knows no rule that was never made", async () => {
    expect(await rules().get(contoso, "absent")).toBeUndefined();
    expect(await rules().list(contoso)).toEqual([]);
  });

  it("lists more rules than a page holds", async () => {
    const names = ["rule-a", "rule-b", "rule-c", "rule-d", "rule-e", "rule-f", "rule-g"];
    await Promise.all(
      names.map((name) =>
        writer().create(contoso, name, { source: `quay.io/acme/${name}`, target: `quay/${name}` }),
      ),
    );

    expect((await rules().list(contoso)).map(({ name }) => name).sort()).toEqual(names);
  });

  it("takes the same rule twice", async () => {
    await writer().create(contoso, "nginx", nginx);
    await writer().create(contoso, "nginx", nginx);

    expect(await rules().list(contoso)).toMatchObject([{ name: "nginx", ...nginx }]);
  });

  it("changes the credential set, and takes it off", async () => {
    world.addUnhealthySet("quay-unhealthy", "quay.io");
    await writer().create(contoso, "quay-app", { source: "quay.io/acme/app", target: "app" });
    const set = async () => (await rules().get(contoso, "quay-app"))?.credentialSet;

    expect(await set()).toBeUndefined();
    await writer().changeCredentialSet(contoso, "quay-app", "quay-unhealthy");
    expect(await set()).toBe("quay-unhealthy");
    await writer().changeCredentialSet(contoso, "quay-app", undefined);
    expect(await set()).toBeUndefined();
  });

  it("removes a rule, and again when it is gone", async () => {
    await writer().create(contoso, "nginx", nginx);
    await writer().remove(contoso, "NGINX");
    expect(await rules().get(contoso, "nginx")).toBeUndefined();
    await writer().remove(contoso, "nginx");
  });

  it("is told ARM's own code when a change is refused", async () => {
    const noSet = { source: "docker.io/library/nginx", target: "nginx" };
    await expect(writer().create(contoso, "nginx", noSet)).rejects.toMatchObject({
      reason: "refused",
      problem: {
        code: "EnforceDockerAuthentication",
        message: expect.stringContaining("Docker Hub without credentials"),
      },
    });
    await expect(
      writer().create(contoso, "nginx", { ...nginx, credentialSet: "absent" }),
    ).rejects.toMatchObject({ reason: "refused" });
    expect(await rules().list(contoso)).toEqual([]);
  });

  it("refuses targets that repositories have already", async () => {
    world.putRepository("taken/app");

    const wildcard = { source: "quay.io/acme/*", target: "taken/*" };
    await expect(writer().create(contoso, "taken-all", wildcard)).rejects.toMatchObject({
      reason: "refused",
      problem: { code: "TargetRepositoryPrefixMatchesExistingRegistries" },
    });
    const one = { source: "quay.io/acme/app", target: "taken/app" };
    await expect(writer().create(contoso, "taken-app", one)).rejects.toMatchObject({
      problem: { code: "sim:TargetRepositoryExists" },
    });
  });

  it.each([
    ["equal", "team/*", "team/*", false],
    ["nested", "team/*", "team/tools/*", false],
    ["all over one", "team/*", "*", false],
    ["neighbouring", "team/*", "teams/*", true],
    ["one static in a wildcard", "team/*", "team/app", true],
    ["two equal statics", "team/app", "team/app", false],
    ["two statics", "team/app", "team/app2", true],
  ])("decides on overlapping targets: %s", async (_case, first, second, taken) => {
    const source = (target: string) =>
      target.endsWith("*") ? "quay.io/acme/*" : "quay.io/acme/app";
    await writer().create(contoso, "first", { source: source(first), target: first });

    const outcome = await writer()
      .create(contoso, "second", { source: source(second), target: second })
      .then(
        () => "taken",
        (error: { reason: string }) => error.reason,
      );

    expect(outcome).toMatch(taken ? /^taken$/ : /^(refused|conflict)$/);
    expect((await rules().get(contoso, "second"))?.name).toBe(taken ? "second" : undefined);
  });

  it("is refused when ARM takes a change and then fails, and the rule stays Failed", async () => {
    world.failNextChange();

    await expect(writer().create(contoso, "nginx", nginx)).rejects.toMatchObject({
      reason: "refused",
      problem: { code: "sim:OperationFailed" },
    });
    await expect
      .poll(async () => (await rules().get(contoso, "nginx"))?.provisioningState)
      .toBe("Failed");
  });

  it("answers missing for a registry that is not served", async () => {
    const missing = { reason: "missing", problem: { code: "RegistryNotFound" } };
    await expect(rules().list("fabrikam")).rejects.toMatchObject(missing);
    await expect(rules().get("fabrikam", "nginx")).rejects.toMatchObject(missing);
    await expect(writer().create("fabrikam", "nginx", nginx)).rejects.toMatchObject(missing);
    await expect(writer().remove("fabrikam", "nginx")).rejects.toMatchObject(missing);
  });
});
