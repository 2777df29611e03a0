import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, field, startApp, until } from "./app.ts";

const rules = "registries/larderdev/rules";

describe("the life of a rule on the running app", () => {
  let app: App;

  beforeAll(async () => {
    const settings = {
      RECONCILE_SCHEDULE: "*/1 * * * * *",
      POLICY_APPROVAL_SOURCES: "docker.io/needs-approval/*",
    };
    app = await startApp({ registries: [{ name: "larderdev" }, { name: "second" }] }, settings);
  });
  afterAll(() => app.close());

  const stage = () => {
    const [registry] = app.standIn.registries;
    if (!registry) throw new Error("the stand-in has no registry");
    return registry;
  };
  const active = (name: string) =>
    until(
      `rule ${name} active`,
      () => app.call("GET", `${rules}/${name}`),
      (reply) => field(reply, "status") === "active",
    );

  it("is answered within the call, and active within seconds", async () => {
    const started = performance.now();
    const reply = await app.call("PUT", `${rules}/nginx-rule`, {
      source: "docker.io/nginx",
      target: "nginx",
      owner: "web",
    });
    const answered = performance.now() - started;
    // ARM takes its time in the stand-in; the answer did not wait for it.
    expect(stage().rules.get("nginx-rule")).toBeUndefined();
    await active("nginx-rule");
    const done = performance.now() - started;

    expect([reply.status, field(reply, "status")]).toEqual([201, "requested"]);
    expect(done).toBeGreaterThan(answered);
    const operation = await app.call(
      "GET",
      (reply.headers.get("operation-location") ?? "").split("/api/")[1] ?? "",
    );
    expect(operation.body).toMatchObject({ status: "Succeeded" });
  });

  it("two different requests racing for one target: one 201, one clear 409", async () => {
    const replies = await Promise.all([
      app.call("PUT", `${rules}/racer-one`, { source: "docker.io/a/a", target: "race" }),
      app.call("PUT", `${rules}/racer-two`, { source: "docker.io/b/b", target: "race" }),
    ]);

    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409]);
    const loser = replies.find(({ status }) => status === 409);
    expect(loser?.body).toMatchObject({ error: { code: "TargetInUse", target: "target" } });
    expect(loser?.headers.get("x-ms-error-code")).toBe("TargetInUse");
  });

  it("forty requests at once that do not clash are all accepted", async () => {
    const numbers = Array.from({ length: 40 }, (_, index) => index + 10);

    const replies = await Promise.all(
      numbers.map((number) =>
        app.call("PUT", `${rules}/crowd-${number}`, {
          source: `quay.io/crowd/app${number}`,
          target: `crowd${number}`,
        }),
      ),
    );

    expect(replies.filter(({ status }) => status !== 201)).toEqual([]);
    await until(
      "forty active rules",
      () => app.call("GET", `${rules}?source=quay.io/crowd/*&status=active&top=100`),
      (reply) => (field(reply, "value") as unknown[]).length === 40,
    );
  });

  it("lives in its own registry only; an unknown registry is 404 with the known names", async () => {
    const reply = await app.call("PUT", "registries/second/rules/nginx-rule", {
      source: "quay.io/nginx/nginx",
      target: "nginx",
    });
    const unknown = await app.call("GET", "registries/nowhere/rules");

    expect(reply.status).toBe(201);
    expect(unknown.status).toBe(404);
    expect(unknown.body).toMatchObject({
      error: { code: "RegistryNotFound", message: expect.stringContaining("larderdev, second") },
    });
  });

  it("waits for an approver where policy says so", async () => {
    const asked = await app.call("POST", rules, { source: "docker.io/needs-approval/app" });
    const name = String(field(asked, "name"));
    expect([asked.status, field(asked, "status")]).toEqual([201, "awaitingApproval"]);

    const approved = await app.call("POST", `${rules}/${name}/approve`);

    expect(approved.status).toBe(202);
    await active(name);
  });

  it("shows a rule deleted outside as drift, and one created outside as unmanaged", async () => {
    await app.call("PUT", `${rules}/drifter`, { source: "docker.io/d/d", target: "drift" });
    await active("drifter");
    stage().rules.start({ name: "drifter", properties: undefined, afterMs: 0, by: "somebody" });
    stage().rules.start({
      name: "outsider",
      properties: {
        sourceRepository: "quay.io/o/o",
        targetRepository: "o",
        credentialSetResourceId: undefined,
      },
      afterMs: 0,
      by: "somebody",
    });

    const drifted = await until(
      "drift",
      () => app.call("GET", `${rules}/drifter`),
      (reply) => field(reply, "drift") !== undefined,
    );
    const unmanaged = await until(
      "discovery",
      () => app.call("GET", `${rules}?status=unmanaged`),
      (reply) => (field(reply, "value") as unknown[]).length > 0,
    );

    expect(drifted.body).toMatchObject({ status: "active", drift: { kind: "deleted" } });
    expect(unmanaged.body).toMatchObject({ value: [{ name: "outsider", source: "quay.io/o/o" }] });
    expect(stage().rules.get("drifter")).toBeUndefined();
  });

  it("deletes the images when asked, and only then the name is free again", async () => {
    await app.call("PUT", `${rules}/goner-rule`, { source: "docker.io/g/g", target: "goner" });
    await active("goner-rule");
    stage().storage.put("goner", {
      bytes: Buffer.from("{}"),
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      tag: "latest",
    });

    const deleted = await app.call("DELETE", `${rules}/goner-rule?images=delete`);
    await until(
      "the end of the rule",
      () => app.call("GET", `${rules}/goner-rule`),
      ({ status }) => status === 404,
    );

    expect(deleted.status).toBe(202);
    expect(stage().storage.repositories.get("goner")).toBeUndefined();
    expect((await app.call("DELETE", `${rules}/goner-rule`)).status).toBe(204);
    expect(
      (await app.call("PUT", `${rules}/goner-rule`, { source: "docker.io/g/g", target: "goner" }))
        .status,
    ).toBe(201);
  });

  it("tells what the credential set needs when its identity lost its right", async () => {
    const principal = stage().addCredentialSet({
      name: "ungranted",
      loginServer: "ghcr.io",
      usernameSecretId: `${app.standIn.urls.vault}/secrets/quay-username`,
      passwordSecretId: `${app.standIn.urls.vault}/secrets/quay-token`,
    });

    const reply = await app.call("PUT", `${rules}/ghcr-rule`, {
      source: "ghcr.io/a/a",
      target: "ghcr",
      credentialSet: "ungranted",
    });

    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({
      error: {
        code: "CredentialSetUnhealthy",
        message: expect.stringContaining(`${principal} the role "Key Vault Secrets User"`),
      },
    });
  });

  it.each([
    ["%2e%2e/%2e%2e/admin", 404],
    ["registries/larderdev/rules/%2e%2e%2fx", 400],
    ["registries/larderdev/rules/a%00bcd", 400],
    ["registries//rules", 404],
    ["//registries/larderdev/rules", 404],
    ["registries/larderdev/rules/%ff%fe", 400],
    ["registries/larderdev/rules?top=1&top=2", 400],
    ["registries/__proto__/rules", 400],
    ["operations/%00", 400],
  ])("a path made to trip it, %s, is a %i in the error shape", async (path, expected) => {
    const { status, text } = await rawGet(app, `/api/${path}`);

    expect(status).toBe(expected);
    expect(Object.keys((JSON.parse(text) as { error: object }).error)).toEqual(
      expect.arrayContaining(["code", "message"]),
    );
  });
});

/** A GET whose path reaches the host as it is; `fetch` would tidy it up. */
function rawGet(
  app: App,
  path: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(app.host.url);
    request(
      { hostname, port, path, headers: { "x-functions-key": app.host.functionKey } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
        );
      },
    )
      .on("error", reject)
      .end();
  });
}
