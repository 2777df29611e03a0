import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { refusal } from "./refusal.ts";
import { type Served, serve } from "./serve.ts";

const path = "/api/registries/contoso/adopt";

let ports: FakePorts;
let served: Served;
beforeEach(async () => {
  ports = fakePorts();
  ports.arm.put("contoso", { name: "alpha", source: "quay.io/alpha/*", target: "alpha/*" });
  served = await serve(() => ports);
});
afterEach(() => served.close());

const post = (body?: unknown, where = path) => served.call("POST", where, { body });

describe("taking over a registry", () => {
  it("is told first, then done, then found done", async () => {
    const dry = await post({ dryRun: true, owner: "web", credentialSets: "none" });
    const real = await post({ owner: "web", credentialSets: "none" });
    const again = await post({ owner: "web", credentialSets: "none" });

    for (const { status, json } of [dry, real, again])
      expect([status, undocumented("adoptRegistry", 200, json)]).toEqual([200, ""]);
    expect(dry.json).toEqual({
      dryRun: true,
      value: [
        {
          kind: "rule",
          name: "alpha",
          outcome: "wouldAdopt",
          message: "It stays as it is; Larder puts it on record.",
          source: "quay.io/alpha/*",
          target: "alpha/*",
        },
      ],
    });
    expect(real.json).toMatchObject({ dryRun: false, value: [{ outcome: "adopted" }] });
    expect(again.json).toMatchObject({ value: [{ outcome: "already" }] });
    expect((await served.call("GET", "/api/registries/contoso/rules/alpha")).json).toMatchObject({
      status: "active",
      owner: "web",
      requestedBy: "function key",
    });
  });

  it("comes to the credential sets, too, unless told otherwise; but not without a word", async () => {
    expect(refusal(await post())).toBe("400 MissingRequestBody");
    expect(ports.table.texts()).toEqual([]);

    const { status, json } = await post({});

    expect([status, undocumented("adoptRegistry", 200, json)]).toEqual([200, ""]);
    expect(json).toMatchObject({
      value: [
        { name: "alpha", outcome: "adopted" },
        { kind: "credentialSet", name: "docker-hub", outcome: "skipped" },
      ],
    });
  });

  it.each([
    [{ rules: ["alpha"] }, ["alpha"]],
    [{ rules: ["alpha"], credentialSets: "assisted" }, ["alpha", "docker-hub"]],
  ])("of the rules in %j leaves sets alone unless they are asked for", async (body, names) => {
    const { json } = await post({ dryRun: true, ...body });

    expect((json as { value: { name: string }[] }).value.map(({ name }) => name)).toEqual(names);
  });

  it("says when there is more", async () => {
    ports.interruptions.interrupt("rules.commit", "after", () => ports.clock.advance(200));
    const { json } = await post({});

    expect(undocumented("adoptRegistry", 200, json)).toBe("");
    expect(json).toMatchObject({ more: true, value: [{ name: "alpha" }] });
  });

  it.each([
    [{ dryRun: "yes" }, "dryRun"],
    [{ rules: [] }, "rules"],
    [{ rules: ["x"] }, "rules[0]"],
    [{ rules: Array.from({ length: 1001 }, (_, index) => `rule-${index}`) }, "rules"],
    [{ owner: " " }, "owner"],
    [{ refresh: { tags: [] } }, "refresh.tags"],
    [{ credentialSets: "both" }, "credentialSets"],
    [{ account: "a b" }, "account"],
    [{ force: true }, "force"],
  ])("turns down %j", async (body, target) => {
    const heard = await post(body);

    expect(refusal(heard)).toBe("400 InvalidRequestBody");
    expect(heard.json).toMatchObject({ error: { target } });
    expect(ports.table.texts()).toEqual([]);
  });

  it("is 404 for a registry that is not served", async () => {
    expect(refusal(await post({}, "/api/registries/nowhere/adopt"))).toBe("404 RegistryNotFound");
  });
});

it("is for operators: a requester is turned away", async () => {
  const secured = await serve(() => ports, { signInEnabled: () => true });
  const claims = (role: string) => [
    { typ: "oid", val: "11111111-2222-3333-4444-555555555555" },
    { typ: "roles", val: role },
  ];
  const as = (role: string) =>
    secured.call("POST", path, {
      body: { dryRun: true },
      headers: {
        "x-ms-client-principal": Buffer.from(JSON.stringify({ claims: claims(role) })).toString(
          "base64",
        ),
      },
    });

  expect(refusal(await as("Requester"))).toBe("403 RoleRequired");
  expect((await as("Operator")).status).toBe(200);
  await secured.close();
});
