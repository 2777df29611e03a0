import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askArm, registryStage, type Stage, vaultUrl } from "./local-acr-stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await registryStage({ operationMs: 5000, operationPolls: 1 });
});
afterEach(() => stage.close());

interface Body {
  readonly identity?: { readonly type: string };
  readonly properties: Record<string, string>;
  readonly systemData: Record<string, string>;
  readonly status: string;
}
const bodyOf = async (response: Response) => (await response.json()) as Body;
const rule = () => `${stage.base}/cacheRules/my-rule`;
const setId = () => `${stage.base}/credentialSets/docker-hub`;
const create = () =>
  askArm(stage, "PUT", rule(), {
    properties: {
      sourceRepository: "docker.io/library/hello-world",
      targetRepository: "hello-world",
      credentialSetResourceId: setId(),
    },
  });

describe("the recorded exchanges", () => {
  it("PUT: 201, an operation to poll, no Retry-After, first poll not final", async () => {
    const put = await create();
    const link = put.headers.get("azure-asyncoperation") ?? "";

    expect(put.status).toBe(201);
    expect((await bodyOf(put)).properties["provisioningState"]).toBe("Creating");
    expect(put.headers.get("retry-after")).toBeNull();
    expect(link).toMatch(
      new RegExp(
        `^${stage.arm}${rule()}/operationStatuses/cacherules-[0-9a-f-]{36}\\?api-version=2025-11-01&t=.+&c=.+&s=.+&h=.+$`,
      ),
    );
    const first = await askArm(stage, "GET", link);
    expect([first.status, (await bodyOf(first)).status]).toEqual([200, "Creating"]);
    stage.clock.advance(6);
    const last = await askArm(stage, "GET", link);
    expect((await bodyOf(last)).status).toBe("Succeeded");
    expect(last.headers.get("azure-asyncoperation")).toContain("/operationStatuses/cacherules-");
    expect((await bodyOf(await askArm(stage, "GET", rule()))).properties["provisioningState"]).toBe(
      "Succeeded",
    );
  });

  it("a rule serves nothing until the operation is over", async () => {
    await create();

    expect(stage.registry.ruleFor("hello-world")).toBeUndefined();
    stage.clock.advance(6);

    expect(stage.registry.ruleFor("hello-world")?.name).toBe("my-rule");
  });

  it("PATCH: 201 with the old value and Updating; creationDate stays, createdAt does not", async () => {
    const made = await bodyOf(await create());
    stage.clock.advance(6);

    const patch = await askArm(stage, "PATCH", rule(), {
      properties: { credentialSetResourceId: null },
    });
    const echoed = await bodyOf(patch);
    stage.clock.advance(6);
    const later = await bodyOf(await askArm(stage, "GET", rule()));

    expect(patch.status).toBe(201);
    expect(patch.headers.get("azure-asyncoperation")).toContain("cacherules-");
    expect(echoed.properties).toMatchObject({
      credentialSetResourceId: setId(),
      provisioningState: "Updating",
    });
    expect(later.properties["credentialSetResourceId"]).toBeUndefined();
    expect(later.properties["creationDate"]).toBe(made.properties["creationDate"]);
    expect(later.systemData["createdAt"]).not.toBe(made.systemData["createdAt"]);
  });

  it("DELETE: 202 and a location below WESTUS that ends with 200 and no body; 204 when absent", async () => {
    await create();
    stage.clock.advance(6);

    const gone = await askArm(stage, "DELETE", rule());
    const link = gone.headers.get("location") ?? "";
    const early = await askArm(stage, "GET", link);
    stage.clock.advance(6);
    const last = await askArm(stage, "GET", link);

    expect([gone.status, await gone.text()]).toEqual([202, ""]);
    expect(link).toContain(
      "/providers/Microsoft.ContainerRegistry/locations/WESTUS/operationResults/cacherules-",
    );
    expect([early.status, last.status, await last.text()]).toEqual([202, 200, ""]);
    expect((await askArm(stage, "DELETE", rule())).status).toBe(204);
  });

  it("identity.type comes back with a lower-case s", async () => {
    const secret = `${vaultUrl}/username`;
    const made = await askArm(stage, "PUT", `${stage.base}/credentialSets/quay-set`, {
      identity: { type: "SystemAssigned" },
      properties: {
        loginServer: "quay.io",
        authCredentials: [{ usernameSecretIdentifier: secret, passwordSecretIdentifier: secret }],
      },
    });

    expect((await bodyOf(made)).identity?.type).toBe("systemAssigned");
    expect(made.headers.get("azure-asyncoperation")).toContain("credentialsets-");
  });

  it("tells what is left of the subscription's requests", async () => {
    const put = await create();
    const get = await askArm(stage, "GET", rule());

    expect(put.headers.get("x-ms-ratelimit-remaining-subscription-writes")).toBe("799");
    expect(get.headers.get("x-ms-ratelimit-remaining-subscription-global-reads")).toBe("16499");
    expect(get.headers.get("api-supported-versions")).toContain("2025-11-01");
  });
});

describe("what a test can make it do", () => {
  it("fail an operation, leaving a failed rule", async () => {
    stage.faults.add({ where: "arm", kind: "operation-fails", match: "^PUT", times: 1 });
    const link = (await create()).headers.get("azure-asyncoperation") ?? "";
    stage.clock.advance(6);
    await askArm(stage, "GET", link);

    const last = await bodyOf(await askArm(stage, "GET", link));

    expect(last).toMatchObject({ status: "Failed", error: { code: "sim:OperationFailed" } });
    expect((await bodyOf(await askArm(stage, "GET", rule()))).properties["provisioningState"]).toBe(
      "Failed",
    );
    expect(stage.registry.ruleFor("hello-world")).toBeUndefined();
  });

  it("refuse a second operation while the first one runs", async () => {
    stage.registry.configure({ busyResource: "refuse" });
    await create();

    expect((await create()).status).toBe(409);
    stage.clock.advance(6);

    expect((await create()).status).toBe(201);
  });
});
