import { describe, expect, it } from "vitest";
import { repositoryOverdue } from "../../src/domain/repository-overdue.ts";
import type { RepositoryState } from "../../src/domain/tag.ts";

const at = (hour: number, second = 0) =>
  new Date(Date.parse("2026-11-21T00:00:00.000Z") + (hour * 3600 + second) * 1000).toISOString();

const state = (change: Partial<RepositoryState>): RepositoryState => ({
  registry: "contoso",
  repository: "nginx",
  rule: "nginx",
  counts: {},
  policy: "",
  ...change,
});
/** Every two hours, so six are allowed. */
const rule = (updatedHour = -100) => ({ everySeconds: 7200, updatedAt: at(updatedHour) });
const pass = (hour: number) => ({
  startedAt: at(hour),
  listed: 0,
  ordered: true,
  listedAll: false,
});
const trouble = (hour: number) => ({ message: "busy", since: at(hour), until: at(hour + 1) });

describe("a repository is overdue", () => {
  it("when its last finished pass is older than three times what its rule asks for", () => {
    const checked = state({ checkedAt: at(1) });

    expect(repositoryOverdue(checked, rule(), at(7))).toBeUndefined();
    expect(repositoryOverdue(checked, rule(), at(7, 1))).toBe(at(1));
  });

  it("though a pass is under way or a message on its way", () => {
    const busy = state({ checkedAt: at(1), pass: pass(8), queuedAt: at(9) });

    expect(repositoryOverdue(busy, rule(), at(10))).toBe(at(1));
  });

  it.each([
    ["an unfinished pass", { pass: pass(2), queuedAt: at(9) }, at(2)],
    ["trouble", { trouble: trouble(3), queuedAt: at(9) }, at(3)],
    ["both", { pass: pass(2), trouble: trouble(1) }, at(1)],
    ["a message", { queuedAt: at(3) }, at(3)],
    ["nothing", {}, undefined],
  ])("that was never compared, by the first sign of it: %s", (_, change, since) => {
    expect(repositoryOverdue(state(change), rule(), at(10))).toBe(since);
  });

  it("only as long after a change of its rule", () => {
    const checked = state({ checkedAt: at(1) });

    expect(repositoryOverdue(checked, rule(4), at(10))).toBeUndefined();
    expect(repositoryOverdue(checked, rule(4), at(10, 1))).toBe(at(1));
  });
});
