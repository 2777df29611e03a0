import type { TagRecord } from "../../src/domain/tag.ts";
import type { PlanSettings, TagFacts } from "../../src/domain/tag-plan.ts";
import type { UpstreamHead } from "../../src/domain/upstream-answer.ts";

export const now = "2026-11-21T12:00:00.000Z";
export const hourAgo = "2026-11-21T11:00:00.000Z";
export const minuteAgo = "2026-11-21T11:59:00.000Z";
export const twoDaysAgo = "2026-11-19T12:00:00.000Z";
export const old = `sha256:${"1".repeat(64)}`;
export const fresh = `sha256:${"2".repeat(64)}`;
export const third = `sha256:${"3".repeat(64)}`;

export const settings = (
  change: Partial<PlanSettings["policy"]> = {},
  more: Partial<PlanSettings> = {},
) => ({
  policy: {
    strategy: "touch-first" as const,
    window: undefined,
    minimumAgeSeconds: 0,
    followNew: false,
    ...change,
  },
  lagSeconds: 300,
  purge: true,
  matched: true,
  onDemand: false,
  now,
  ...more,
});
export const record = (change: Partial<TagRecord> = {}): TagRecord => ({
  registry: "contoso",
  repository: "library/nginx",
  tag: "latest",
  status: "fresh",
  reason: "",
  cached: old,
  checkedAt: hourAgo,
  refreshes: [],
  ...change,
});
export const found = (digest: string): UpstreamHead => ({
  kind: "found",
  digest,
  rate: { kind: "unlimited" },
});
export const facts = (change: Partial<TagFacts> = {}): TagFacts => ({
  record: record(),
  listed: { digest: old, locked: false },
  upstream: found(fresh),
  pin: undefined,
  ...change,
});
export const pin = { tag: "latest", reason: "known good", by: "ada", since: hourAgo };
export const step = (kind: "touching" | "preparing" | "purging", since = hourAgo, to = fresh) => ({
  status: "refreshing" as const,
  step: { kind, from: old, to, since, looks: 0 },
});
export const friday = { days: ["fri" as const], from: "22:00", to: "23:00", timeZone: "UTC" };
