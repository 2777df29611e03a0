import fc from "fast-check";
import type { RefreshPolicy } from "../../src/domain/refresh-policy.ts";

/*
 * Random days of a registry that Larder keeps fresh: what its rule's owner wants, what happens at once
 * in each round (between rounds time passes), and what goes wrong around calls to the outside.
 */

/** Two repositories, under a static rule and under a wildcard. */
export const sources = {
  nginx: "docker.io/library/nginx",
  "team/app": "docker.io/acme/app",
} as const;
export type RepositoryName = keyof typeof sources;
export const repositoryNames = Object.keys(sources) as readonly RepositoryName[];

/** The last two are not of those that are kept fresh. */
export const tagNames = ["latest", "1.2", "1.3", "2.0", "nightly"] as const;
export const keptTags: readonly string[] = ["latest", "1.2", "1.3"];
const patterns = ["latest", "1.*"];

const repository = fc.constantFrom(...repositoryNames);
const tag = fc.constantFrom("latest", "latest", ...tagNames);
const name = { repository, tag };
const both = ["linux/amd64", "linux/arm64"];

const push = fc.record({
  kind: fc.constant("push" as const),
  ...name,
  platforms: fc.constantFrom(
    "single" as const,
    both,
    both,
    ["linux/amd64"],
    [...both, "linux/s390x"],
  ),
  changed: fc.constantFrom(undefined, undefined, ["linux/amd64"]),
});
/** A release day: everything moves at once. */
const pushAll = fc.record({ kind: fc.constant("pushAll" as const), platforms: fc.constant(both) });
const upstreamMood = fc.record({
  kind: fc.constant("upstream" as const),
  mood: fc.constantFrom("calm", "calm", "down", "throttled", "hidesTags", "badHeaders"),
});
const registryMood = fc.oneof(
  fc.record({ tagMode: fc.constantFrom("refresh" as const, "sticky" as const, "fail" as const) }),
  fc.record({ import: fc.constantFrom("late" as const, "late" as const, "never" as const) }),
  fc.record({ importDelaySeconds: fc.constantFrom(0, 0.3, 20, 400) }),
  fc.record({ staleIfError: fc.boolean() }),
  fc.record({ listing: fc.constantFrom("whole" as const, "partial" as const) }),
  fc.record({ unknownAfterDelete: fc.boolean() }),
  fc.record({ badGatewayAfterMoveSeconds: fc.constantFrom(0, 1800) }),
  fc.record({ down: fc.boolean() }),
  fc.record({ throttled: fc.constantFrom(undefined, { retryAfterSeconds: 40 }) }),
);

/** What others do to the world; it takes no time, and can happen while a worker waits for an answer. */
const happening = fc.oneof(
  { weight: 5, arbitrary: push },
  { weight: 2, arbitrary: pushAll },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rollback" as const), ...name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), ...name }) },
  { weight: 2, arbitrary: upstreamMood },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("registry" as const), change: registryMood }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("lock" as const), ...name, locked: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("pull" as const),
      ...name,
      platform: fc.constantFrom(...both),
      times: fc.constantFrom(1, 1, 8),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("set" as const), healthy: fc.boolean() }) },
  // Somebody deletes the wildcard rule in ARM, or makes it again, without Larder.
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rule" as const), there: fc.boolean() }) },
);
export type HappeningAct = typeof happening extends fc.Arbitrary<infer A> ? A : never;

const doing = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: "sweep" as const }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("deliver" as const),
      how: fc.constantFrom("once", "once", "once", "twice", "reversed", "lost"),
    }),
  },
  // Everything at its time: a sweep, and the messages that come of it.
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("work" as const),
      seconds: fc.constantFrom(600, 3600, 14_400),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("refresh" as const),
      dryRun: fc.boolean(),
      strategy: fc.constantFrom(undefined, "purge" as const, "touch-first" as const),
      repositories: fc.constantFrom(undefined, ["nginx"], ["team/app"]),
      tags: fc.constantFrom(undefined, ["latest"]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("pin" as const), ...name, pinned: fc.boolean() }),
  },
);
const act = fc.oneof({ weight: 5, arbitrary: happening }, { weight: 6, arbitrary: doing });
export type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

const trouble = fc.record({
  call: fc.nat(700),
  when: fc.constantFrom("before" as const, "after" as const),
  how: fc.oneof(fc.constantFrom("killed" as const, "failed" as const, "slow" as const), happening),
});

const policy: fc.Arbitrary<RefreshPolicy> = fc.record({
  tags: fc.constant(patterns),
  every: fc.constant("PT1H"),
  strategy: fc.constantFrom("touch-first" as const, "purge" as const),
  minimumAge: fc.constantFrom(undefined, undefined, "PT3H"),
  window: fc.constantFrom(undefined, undefined, { from: "22:00", to: "06:00", timeZone: "UTC" }),
  platforms: fc.constantFrom("cached" as const, "all" as const, ["linux/amd64"], both),
  keepSuperseded: fc.constant("P1D"),
  followNew: fc.boolean(),
});

export const day = fc.record({
  policy,
  /** Pulls that Docker Hub allows the account in six hours. */
  limit: fc.constantFrom(undefined, undefined, 12, 24, 60),
  /** How ACR is from the beginning. */
  modes: fc.record({
    tagMode: fc.constantFrom("refresh" as const, "sticky" as const, "fail" as const),
    importDelaySeconds: fc.constantFrom(0.3, 20, 400),
    unknownAfterDelete: fc.constantFrom(false, false, false, true),
    staleIfError: fc.boolean(),
  }),
  /** Seconds that pass between the rounds. */
  pace: fc.constantFrom(5, 60, 600, 3600, 20_000),
  rounds: fc.array(fc.array(act, { minLength: 1, maxLength: 4 }), { minLength: 4, maxLength: 16 }),
  troubles: fc.array(trouble, { maxLength: 5 }),
});
export type Day = typeof day extends fc.Arbitrary<infer D> ? D : never;
