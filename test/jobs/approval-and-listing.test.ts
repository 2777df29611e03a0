import { describe, expect, it } from "vitest";
import { approveRule, rejectRule } from "../../src/jobs/approve-rule.ts";
import { listRules } from "../../src/jobs/list-rules.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { readRule } from "../../src/jobs/read-rule.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { fakePorts } from "../fakes/ports.ts";
import { anna, ben } from "./people.ts";
import { work } from "./world.ts";

const nginx = { name: "nginx-rule", source: "docker.io/nginx", target: "nginx", owner: "web" };

describe("approval", () => {
  const waiting = async () => {
    const ports = fakePorts({ policy: { approvalSources: ["docker.io/*"] } });
    await requestRule(ports, "contoso", nginx, anna);
    return ports;
  };

  it("holds the rule back until somebody else agrees", async () => {
    const ports = await waiting();
    expect(await work(ports)).toEqual([]);
    await expect(
      approveRule(ports, "contoso", "nginx-rule", undefined, anna),
    ).rejects.toMatchObject({
      problem: { code: "ApproverIsRequester" },
    });

    await approveRule(ports, "contoso", "nginx-rule", undefined, ben);
    await approveRule(ports, "contoso", "nginx-rule", undefined, ben);
    await work(ports);

    expect(await readRule(ports, "contoso", "nginx-rule")).toMatchObject({
      rule: { status: "active", decidedBy: "ben" },
    });
  });

  it("is decided anew on what has come in between", async () => {
    const ports = await waiting();
    ports.images.put("contoso", "nginx");

    await expect(approveRule(ports, "contoso", "nginx-rule", undefined, ben)).rejects.toMatchObject(
      {
        problem: { code: "TargetRepositoryExists" },
      },
    );
    expect((await readRule(ports, "contoso", "nginx-rule")).rule.status).toBe("awaitingApproval");
  });

  it("can be refused, once and for all", async () => {
    const ports = await waiting();
    const { value } = await rejectRule(
      ports,
      "contoso",
      "nginx-rule",
      undefined,
      ben,
      "use the mirror",
    );

    expect(value).toMatchObject({
      status: "rejected",
      failure: { code: "RequestRejected", message: "Rejected: use the mirror" },
    });
    expect(await readOperation(ports, value.operationId)).toMatchObject({ status: "Canceled" });
    await expect(approveRule(ports, "contoso", "nginx-rule", undefined, ben)).rejects.toMatchObject(
      {
        problem: { code: "RuleNotAwaitingApproval" },
      },
    );
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
      anna,
    );
    await requestRule(
      ports,
      "contoso",
      { name: "ccccc", source: "docker.io/c/*", target: "c/*" },
      anna,
    );
    const names = async (query: object) => {
      const page = await listRules(ports, "contoso", { limit: 10, ...query });
      return [page.rules.map(({ rule }) => rule.name), page.next];
    };

    expect(await names({ limit: 2 })).toEqual([["AAAAA", "bbbbb"], "bbbbb"]);
    expect(await names({ limit: 2, after: "bbbbb" })).toEqual([["ccccc"], undefined]);
    expect(await names({ status: "unmanaged" })).toEqual([["bbbbb"], undefined]);
    expect(await names({ owner: "web" })).toEqual([["AAAAA"], undefined]);
    expect(await names({ source: "*" })).toEqual([["AAAAA", "bbbbb", "ccccc"], undefined]);
    expect(await names({ source: "docker.io" })).toEqual([["AAAAA", "ccccc"], undefined]);
    expect(await names({ source: "docker.io/*" })).toEqual([["AAAAA", "ccccc"], undefined]);
  });
});
