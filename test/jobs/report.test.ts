import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { report } from "../../src/jobs/report.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { putRule } from "../functions/tag-world.ts";
import { password, rotationStage } from "./rotation-stage.ts";

const busy = () => {
  throw new LarderError("unavailable", { code: "ServerBusy", message: "The far end is busy." });
};
const beats = ({ heartbeats }: FakePorts) =>
  Promise.all(["report-ran", "report"].map((job) => heartbeats.last(job)));

describe("the report", () => {
  it("tells how a deployment is where nothing was done yet, registry by registry", async () => {
    const ports = fakePorts({ registries: ["fabrikam", "Contoso"] });

    const line = await report(ports);

    expect(
      ports.signals.written.map((one) => [one.name, "registry" in one && one.registry]),
    ).toEqual([
      ...Array.from({ length: 6 }, () => ["QueueCounted", false]),
      ["RulesCounted", "fabrikam"],
      ["TagsCounted", "fabrikam"],
      ["CredentialSetSeen", "fabrikam"],
      ["RulesCounted", "Contoso"],
      ["TagsCounted", "Contoso"],
      ["CredentialSetSeen", "Contoso"],
    ]);
    expect(line).toContain("credential sets of Contoso: 1 told");
    expect(await beats(ports)).toEqual(["2026-11-21T02:00:00.000Z", "2026-11-21T02:00:00.000Z"]);
  });

  it("tells what waits in queues, and which of them hold what was given up", async () => {
    const ports = fakePorts();
    ports.queues.put("refresh-work", 7);
    ports.queues.put("rule-work-poison", 1);

    await report(ports);

    expect(ports.signals.of("QueueCounted")).toEqual(
      [
        { queue: "rule-work", messages: 0, poison: false },
        { queue: "rule-work-poison", messages: 1, poison: true },
        { queue: "refresh-work", messages: 7, poison: false },
        { queue: "refresh-work-poison", messages: 0, poison: true },
        { queue: "rotation-work", messages: 0, poison: false },
        { queue: "rotation-work-poison", messages: 0, poison: true },
      ].map((one) => ({ name: "QueueCounted", ...one })),
    );
  });

  it("tells how many rules are how", async () => {
    const ports = fakePorts();
    const drift = { kind: "deleted", message: "ARM has it no more.", since: "" } as const;
    putRule(ports, "one", { drift });
    putRule(ports, "two");
    putRule(ports, "three", { status: "failed" });
    putRule(ports, "four", { status: "awaitingApproval" });
    putRule(ports, "five", { status: "unmanaged", drift: { ...drift, kind: "created" } });
    putRule(ports, "six", { status: "requested" });
    putRule(ports, "seven", { status: "rejected" });

    await report(ports);

    expect(ports.signals.of("RulesCounted")).toEqual([
      {
        name: "RulesCounted",
        registry: "contoso",
        active: 2,
        failed: 1,
        awaitingApproval: 1,
        unmanaged: 1,
        drifted: 2,
      },
    ]);
  });
});

describe("a part that cannot be read", () => {
  it.each([
    ["queues.counts", "queues", "QueueCounted"],
    ["budgets.list", "budgets", "BudgetCounted"],
    ["rules.read", "rules of contoso", "RulesCounted"],
    ["tags.states", "tags of contoso", "TagsCounted"],
    ["budgets.get", "purges in contoso", "TagAway"],
    ["credentialSets.list", "credential sets of contoso", "CredentialSetSeen"],
    ["rotations.list", "credential sets of contoso", "CredentialSetSeen"],
  ])(
    "at %s is told as incomplete, stops nothing else and fails the run",
    async (call, part, of) => {
      const whole = fakePorts();
      await report(whole);
      const ports = fakePorts();
      ports.interruptions.interrupt(call, "before", busy);

      await expect(report(ports)).rejects.toMatchObject({
        name: "AggregateError",
        message: expect.stringContaining(`${part}: ServerBusy: The far end is busy.`),
        errors: [{ reason: "unavailable" }],
      });

      const others = ports.signals.written.filter(({ name }) => name !== "ReportIncomplete");
      expect(others).toEqual(whole.signals.written.filter(({ name }) => name !== of));
      expect(ports.signals.of("ReportIncomplete")).toEqual([
        { name: "ReportIncomplete", part, message: "ServerBusy: The far end is busy." },
      ]);
      expect(await beats(ports)).toEqual(["2026-11-21T02:00:00.000Z", undefined]);
    },
  );

  it("for a bug keeps the bug's words out of the signals", async () => {
    const ports = fakePorts();
    ports.interruptions.interrupt("queues.counts", "before", () => {
      throw new TypeError("dckr_pat_secret is not a function");
    });

    await expect(report(ports)).rejects.toThrow("is not a function");
    expect(ports.signals.of("ReportIncomplete")).toMatchObject([{ part: "queues" }]);
    expect(JSON.stringify(ports.signals.written)).not.toContain("dckr_pat");
  });
});

describe("credential sets", () => {
  it("are told with their health and the days that a renewed token has left, and nothing secret", async () => {
    const { ports, adopt, live } = rotationStage({ daysLeft: 80 });
    await adopt();
    await live(60);
    ports.sets.put("contoso", {
      name: "Ghcr",
      health: { status: "Unhealthy", errorCode: "Forbidden", errorMessage: `no ${password}` },
    });

    await report(ports);

    expect(ports.signals.of("CredentialSetSeen")).toEqual([
      {
        name: "CredentialSetSeen",
        registry: "contoso",
        credentialSet: "docker-hub",
        health: "Healthy",
        daysLeft: 79,
        renewed: true,
      },
      {
        name: "CredentialSetSeen",
        registry: "contoso",
        credentialSet: "Ghcr",
        health: "Unhealthy",
        errorCode: "Forbidden",
        renewed: false,
      },
    ]);
    expect(JSON.stringify(ports.signals.written)).not.toMatch(/dckr_|correct horse/);
  });

  it("are told also where ACR has none any more", async () => {
    const { ports, adopt, live } = rotationStage({ daysLeft: 80 });
    await adopt();
    await live(60);
    ports.sets.delete("contoso", "docker-hub");

    await report(ports);

    expect(ports.signals.of("CredentialSetSeen")).toMatchObject([
      { credentialSet: "docker-hub", health: "Unknown", renewed: true },
    ]);
  });
});
