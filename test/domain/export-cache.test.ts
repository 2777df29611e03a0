import { describe, expect, it } from "vitest";
import type { CacheRule, LiveRule } from "../../src/domain/cache-rule.ts";
import { exportedCache } from "../../src/domain/export-cache.ts";
import { found, foundSet, hubSet } from "./export-facts.ts";
import { live, record } from "./facts.ts";

const grafana = { name: "grafana", source: "docker.io/grafana/*", target: "grafana/*" };
const asked = 'Requested by "anna" at "2026-11-21T02:00:00.000Z"';

function exported(changes: Partial<CacheRule>, shown: Partial<LiveRule> | undefined = {}) {
  const rule = record({ ...grafana, ...changes });
  return exportedCache(found({ rules: [{ rule, live: shown && live({ ...grafana, ...shown }) }] }));
}

/** Notes of the one rule that is written. */
const notes = (...given: Parameters<typeof exported>) => exported(...given).rules[0]?.notes;

describe("a rule that ARM has", () => {
  it("is written as ARM has it, with what Larder knows besides", () => {
    const rule = {
      owner: "team-observability",
      reason: "Dashboards",
      refresh: { tags: ["latest"], every: "PT6H" },
      expiresOn: "2027-11-21T02:00:00.000Z",
      decidedBy: "bob",
    };

    expect(exported(rule).rules).toEqual([
      {
        ...grafana,
        credentialSet: undefined,
        notes: [
          'Owner: "team-observability"',
          'Reason: "Dashboards"',
          'Refresh policy: {"tags":["latest"],"every":"PT6H"}',
          'Expires: "2027-11-21T02:00:00.000Z"',
          'Requested by "anna" at "2026-11-21T02:00:00.000Z", decided by "bob"',
        ],
      },
    ]);
  });

  it("is written though Larder has no part in it", () => {
    expect(notes({ status: "unmanaged" })).toEqual(["Made outside Larder."]);
  });

  it("says what differs from Larder's record, and keeps to ARM", () => {
    const { rules } = exported({ credentialSet: "docker-hub" }, { target: "dashboards/*" });

    expect(rules).toMatchObject([{ target: "dashboards/*", credentialSet: undefined }]);
    expect(rules[0]?.notes).toEqual([
      asked,
      'Larder\'s record differs: source "docker.io/grafana/*", target "grafana/*", credential set "docker-hub".',
    ]);
  });

  const failure = { code: "Overlap", message: "no", remedy: "none" };
  it.each([
    [{ status: "failed", failure }, {}, [asked, 'Status in Larder: failed, "Overlap".']],
    [{ status: "deleting" }, {}, [asked, "Status in Larder: deleting."]],
    [{}, { provisioningState: "Failed" }, [asked, "ARM's state: Failed."]],
    [
      { status: "unmanaged" },
      { provisioningState: "Updating" },
      ["Made outside Larder.", "ARM's state: Updating."],
    ],
  ] as const)("%j, %j in ARM: %j", (changes, shown, expected) => {
    expect(notes(changes, shown)).toEqual(expected);
  });
});

describe("a rule that ARM does not have", () => {
  const left =
    'rule "grafana", source "docker.io/grafana/*", target "grafana/*", no credential set.';

  it.each([
    ["awaitingApproval", "It waits for an approver."],
    ["requested", "Larder has yet to make it."],
    ["active", "Somebody deleted it outside Larder."],
    ["rejected", "An approver rejected it."],
    ["deleting", "Larder is deleting it."],
  ] as const)("%s: is left out and said to be", (status, why) => {
    const rule = record({ ...grafana, status, owner: "web" });
    const { rules, leftOut } = exportedCache(found({ rules: [{ rule }] }));

    expect(rules).toEqual([]);
    expect(leftOut).toEqual([
      [`Left out, for ARM does not have it: ${left} ${why}`, '  Owner: "web"', `  ${asked}`],
    ]);
  });

  it("says why Larder could not make it", () => {
    const failure = { code: "UpstreamNotSupported", message: "no", remedy: "none" };
    const rule = record({ ...grafana, status: "failed", failure });

    expect(exportedCache(found({ rules: [{ rule }] })).leftOut[0]?.[0]).toBe(
      `Left out, for ARM does not have it: ${left} Larder could not make it: "UpstreamNotSupported".`,
    );
  });

  it("or is deleting is left out", () => {
    const { rules, leftOut } = exported({ status: "unmanaged" }, { provisioningState: "Deleting" });

    expect([rules, leftOut]).toEqual([[], [[`Left out, for ARM is deleting it: ${left}`]]]);
  });

  it("and Larder never had is nothing", () => {
    const rule = record({ ...grafana, status: "unmanaged" });

    expect(exportedCache(found({ rules: [{ rule }] }))).toMatchObject({ rules: [], leftOut: [] });
  });
});

it("everything comes by name, whatever the case, and sets are spelled as they are", () => {
  const rules = ["b-rule", "A-rule", "a-rule2"].map((name) => ({
    rule: record({ ...grafana, name }),
    live: live({ ...grafana, name, credentialSet: "DOCKER-HUB" }),
  }));
  const sets = ["quay-io", "docker-hub"].map((name) => foundSet(hubSet(name)));

  const cache = exportedCache(found({ rules, sets }));

  expect(cache.rules.map(({ name }) => name)).toEqual(["A-rule", "a-rule2", "b-rule"]);
  expect(cache.rules.map(({ credentialSet }) => credentialSet)).toEqual(
    Array(3).fill("docker-hub"),
  );
  expect(cache.sets.map(({ name }) => name)).toEqual(["docker-hub", "quay-io"]);
});
