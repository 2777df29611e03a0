import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import type { Upstreams } from "../../src/domain/ports.ts";
import { approveRule, rejectRule } from "../../src/jobs/approve-rule.ts";
import { listRules } from "../../src/jobs/list-rules.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { readRule } from "../../src/jobs/read-rule.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { requestRules } from "../../src/jobs/request-rules.ts";
import { validateRule } from "../../src/jobs/validate-rule.ts";
import { fakePorts } from "../fakes/ports.ts";
import { work } from "./world.ts";

const nginx = { name: "nginx-rule", source: "docker.io/nginx", target: "nginx", owner: "web" };
const code = (error: unknown) => (error instanceof LarderError ? error.problem.code : error);

describe("requesting a rule", () => {
  it("records it at once, and the worker makes it active", async () => {
    const ports = fakePorts();

    const { stored, created } = await requestRule(ports, "contoso", nginx, "anna");
    const before = await ports.cacheRules.list("contoso");
    ports.clock.advance(1);
    const lines = await work(ports);

    expect(created).toBe(true);
    expect(stored.value).toMatchObject({
      status: "requested",
      requestedBy: "anna",
      credentialSet: "docker-hub",
    });
    expect(before).toEqual([]);
    expect(lines).toEqual(["contoso/nginx-rule: active"]);
    expect(await readRule(ports, "contoso", "NGINX-rule")).toMatchObject({
      rule: { status: "active", owner: "web" },
      live: { source: "docker.io/library/nginx", target: "nginx", provisioningState: "Succeeded" },
    });
    expect(await readOperation(ports, stored.value.operationId)).toMatchObject({
      status: "Succeeded",
      kind: "createRule",
      resource: "nginx-rule",
    });
    const { entries } = await ports.history.list("contoso", { limit: 10 });
    expect(entries.map(({ event, by }) => `${event} by ${by}`)).toEqual([
      "activated by larder",
      "requested by anna",
    ]);
  });

  it("twice is one rule", async () => {
    const ports = fakePorts();
    const first = await requestRule(ports, "contoso", nginx, "anna");
    const second = await requestRule(ports, "contoso", nginx, "ben");
    await work(ports);
    const third = await requestRule(ports, "contoso", { ...nginx, name: "NGINX-RULE" }, "carl");

    expect([first.created, second.created, third.created]).toEqual([true, false, false]);
    expect(third.stored.value).toMatchObject({
      name: "nginx-rule",
      requestedBy: "anna",
      status: "active",
    });
    expect(await ports.cacheRules.list("contoso")).toHaveLength(1);
  });

  it("with the name left out, a repeat finds the same rule", async () => {
    const ports = fakePorts();
    const first = await requestRule(ports, "contoso", { source: "docker.io/grafana/*" }, "anna");
    const second = await requestRule(ports, "contoso", { source: "docker.io/grafana/*" }, "anna");

    expect(second.created).toBe(false);
    expect(second.stored.value.name).toBe(first.stored.value.name);
  });

  it.each([
    [
      "one name",
      { name: "rule-a", source: "docker.io/a/a", target: "a" },
      { name: "rule-a", source: "docker.io/b/b", target: "b" },
      "RuleExistsWithOtherMapping",
    ],
    [
      "one target",
      { name: "rule-a", source: "docker.io/a/a", target: "x" },
      { name: "rule-b", source: "docker.io/b/b", target: "x" },
      "TargetInUse",
    ],
    [
      "nested targets",
      { name: "rule-a", source: "docker.io/a/*", target: "x/*" },
      { name: "rule-b", source: "docker.io/b/*", target: "x/y/*" },
      "WildcardTargetsOverlap",
    ],
  ])("racing for %s: one winner, one clear refusal", async (_case, a, b, expected) => {
    const ports = fakePorts();

    const outcomes = await Promise.allSettled([
      requestRule(ports, "contoso", a, "anna"),
      requestRule(ports, "contoso", b, "ben"),
    ]);
    await work(ports);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(
      outcomes.flatMap((one) => (one.status === "rejected" ? [code(one.reason)] : [])),
    ).toEqual([expected]);
    expect(await ports.cacheRules.list("contoso")).toHaveLength(1);
  });

  it("takes over a rule that was made outside, unchanged", async () => {
    const ports = fakePorts();
    ports.arm.put("contoso", {
      name: "nginx-rule",
      source: "docker.io/library/nginx",
      target: "nginx",
      credentialSet: "docker-hub",
    });

    const { stored, created } = await requestRule(ports, "contoso", nginx, "anna");

    expect(created).toBe(false);
    expect(stored.value).toMatchObject({
      status: "active",
      owner: "web",
      credentialSet: "docker-hub",
    });
    expect(ports.queue.waiting()).toEqual([]);
  });

  it("of an unknown registry names the known ones", async () => {
    await expect(
      requestRule(fakePorts({ registries: ["contoso", "fabrikam"] }), "nowhere", nginx, "anna"),
    ).rejects.toMatchObject({
      reason: "missing",
      problem: { message: expect.stringContaining("contoso, fabrikam") },
    });
  });

  it("is kept when the queue takes no message", async () => {
    const ports = fakePorts();
    ports.interruptions.interrupt("outbox.send", "before", () => {
      throw new LarderError("unavailable", { code: "QueueUnavailable", message: "down" });
    });

    const { stored } = await requestRule(ports, "contoso", nginx, "anna");

    expect(stored.value.status).toBe("requested");
  });
});

describe("the upstream check", () => {
  const answering = (answer: Awaited<ReturnType<Upstreams["probe"]>>) =>
    fakePorts({ upstreams: { probe: async () => answer } });
  const withLogin = (ports: ReturnType<typeof fakePorts>) => {
    ports.secrets.put("https://contoso.vault.azure.net/secrets/docker-hub-username", "contosobot");
    ports.secrets.put(
      "https://contoso.vault.azure.net/secrets/docker-hub-token",
      "dckr_pat_SECRETSECRET",
    );
    return ports;
  };

  it.each([
    ["unknownRepository", "UpstreamRepositoryNotFound"],
    ["denied", "UpstreamAccessDenied"],
    ["badLogin", "CredentialRejected"],
  ] as const)("%s refuses with %s and records nothing", async (kind, expected) => {
    const ports = withLogin(answering({ kind, message: "docker.io said so." }));

    const error: unknown = await requestRule(ports, "contoso", nginx, "anna").catch(
      (thrown: unknown) => thrown,
    );

    expect(code(error)).toBe(expected);
    expect((await ports.rules.read("contoso")).rules).toEqual([]);
    expect(await validateRule(ports, "contoso", nginx, "anna")).toMatchObject({
      valid: false,
      problems: [{ code: expected }],
    });
  });

  it("not being able to ask refuses nothing, and says so", async () => {
    const ports = withLogin(
      answering({ kind: "couldNotAsk", message: "registry-1.docker.io answered 429." }),
    );

    const { stored } = await requestRule(ports, "contoso", nginx, "anna");

    expect(stored.value.notes).toContain(
      "The upstream could not be asked: registry-1.docker.io answered 429.",
    );
  });

  it("without the secrets says which set could not be read", async () => {
    const { stored } = await requestRule(
      answering({ kind: "denied", message: "" }),
      "contoso",
      nginx,
      "anna",
    );

    expect(stored.value.notes).toContain(
      'The upstream was not asked: Larder could not read the secrets of credential set "docker-hub" (SecretNotFound).',
    );
  });

  it("writes no secret anywhere", async () => {
    const ports = withLogin(fakePorts());
    await requestRule(ports, "contoso", nginx, "anna");
    await work(ports);

    const written = JSON.stringify([ports.table.texts(), ports.queue.waiting()]);
    expect(written).toContain("nginx-rule");
    expect(written).not.toMatch(/SECRETSECRET|contosobot/);
  });
});

describe("a batch", () => {
  it("gives each its own result", async () => {
    const ports = fakePorts();
    const results = await requestRules(
      ports,
      "contoso",
      [
        nginx,
        { ...nginx, name: "other-rule" },
        { source: "docker.io/Bad" },
        { source: "quay.io/a/*" },
      ],
      "anna",
    );

    expect(
      results.map((one) =>
        one instanceof LarderError ? one.problem.code : one.stored.value.status,
      ),
    ).toEqual(["requested", "TargetInUse", "SourceUpperCase", "requested"]);
  });
});

describe("approval", () => {
  const waiting = async () => {
    const ports = fakePorts({ policy: { approvalSources: ["docker.io/*"] } });
    await requestRule(ports, "contoso", nginx, "anna");
    return ports;
  };

  it("holds the rule back until somebody else agrees", async () => {
    const ports = await waiting();
    expect(await work(ports)).toEqual([]);
    await expect(approveRule(ports, "contoso", "nginx-rule", "anna", true)).rejects.toMatchObject({
      problem: { code: "ApproverIsRequester" },
    });

    await approveRule(ports, "contoso", "nginx-rule", "bob", true);
    await approveRule(ports, "contoso", "nginx-rule", "bob", true);
    await work(ports);

    expect(await readRule(ports, "contoso", "nginx-rule")).toMatchObject({
      rule: { status: "active", decidedBy: "bob" },
    });
  });

  it("is decided anew on what has come in between", async () => {
    const ports = await waiting();
    ports.images.put("contoso", "nginx");

    await expect(approveRule(ports, "contoso", "nginx-rule", "bob", true)).rejects.toMatchObject({
      problem: { code: "TargetRepositoryExists" },
    });
    expect((await readRule(ports, "contoso", "nginx-rule")).rule.status).toBe("awaitingApproval");
  });

  it("can be refused, once and for all", async () => {
    const ports = await waiting();
    const { value } = await rejectRule(
      ports,
      "contoso",
      "nginx-rule",
      "bob",
      true,
      "use the mirror",
    );

    expect(value).toMatchObject({
      status: "rejected",
      failure: { code: "RequestRejected", message: "Rejected: use the mirror" },
    });
    expect(await readOperation(ports, value.operationId)).toMatchObject({ status: "Canceled" });
    await expect(approveRule(ports, "contoso", "nginx-rule", "bob", true)).rejects.toMatchObject({
      problem: { code: "RuleNotAwaitingApproval" },
    });
  });
});

describe("listing", () => {
  it("pages by name over recorded and live rules, and filters", async () => {
    const ports = fakePorts();
    ports.arm.put("contoso", { name: "bbbbb", source: "quay.io/b/b", target: "b" });
    await requestRule(
      ports,
      "contoso",
      { name: "AAAAA", source: "docker.io/a/a", target: "a", owner: "web" },
      "anna",
    );
    await requestRule(
      ports,
      "contoso",
      { name: "ccccc", source: "docker.io/c/*", target: "c/*" },
      "anna",
    );
    const names = async (query: object) => {
      const page = await listRules(ports, "contoso", { limit: 10, ...query });
      return [page.rules.map(({ rule }) => rule.name), page.next];
    };

    expect(await names({ limit: 2 })).toEqual([["AAAAA", "bbbbb"], "bbbbb"]);
    expect(await names({ limit: 2, after: "bbbbb" })).toEqual([["ccccc"], undefined]);
    expect(await names({ status: "unmanaged" })).toEqual([["bbbbb"], undefined]);
    expect(await names({ owner: "web" })).toEqual([["AAAAA"], undefined]);
    expect(await names({ source: "docker.io/*" })).toEqual([["AAAAA", "ccccc"], undefined]);
  });
});
