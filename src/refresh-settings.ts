import * as z from "zod";
import * as setting from "./setting.ts";

/** The settings of keeping tags fresh; a part of `settings`. */
export const refreshSettings = {
  SWEEP_SCHEDULE: {
    description:
      "When repositories that are due are looked for, in UTC. The host reads it too and has no default of its own, so it must be set.",
    expected: "an NCRONTAB expression of six fields: 0 */5 * * * *",
    default: "0 */5 * * * *",
    schema: z.string().regex(/^\S+( \S+){5}$/),
  },
  SWEEP_EVERY_SECONDS: {
    description:
      "Seconds between two runs of that schedule; health counts three missed ones as overdue.",
    expected: "a whole number from 10 to 86400",
    default: "300",
    schema: setting.integerIn(10, 86_400),
  },
  REFRESH_EVERY: {
    description: "How often tags are compared with upstream, where a rule does not say.",
    expected: "an ISO 8601 duration: PT6H",
    default: "PT6H",
    schema: setting.duration(60),
  },
  REFRESH_MINIMUM_AGE: {
    description:
      "How long a moved tag must have stood before it is followed, where a rule does not say.",
    expected: "an ISO 8601 duration: P1D, or PT0S for none",
    default: "PT0S",
    schema: setting.duration(0),
  },
  REFRESH_KEEP_SUPERSEDED: {
    description:
      "How long manifests are kept that a refresh left without a tag, where a rule does not say.",
    expected: "an ISO 8601 duration: P7D",
    default: "P7D",
    schema: setting.duration(3600),
  },
  REFRESH_PLATFORMS: {
    description:
      "Platforms that a refresh brings along, where a rule does not say; cached: those that the registry held before.",
    expected: "cached, all, or platforms, comma-separated: linux/amd64,linux/arm64",
    default: "cached",
    schema: setting.platforms,
  },
  REFRESH_STRATEGY: {
    description:
      "touch-first pulls a stale tag and purges only what that does not move; purge does not pull first. Where a rule does not say.",
    expected: "touch-first or purge",
    default: "touch-first",
    schema: z.enum(["touch-first", "purge"]),
  },
  REFRESH_PURGE: {
    description:
      "Whether tags may be untagged and pulled again at all; off leaves what pulling does not move stale.",
    expected: "on or off",
    default: "on",
    schema: setting.onOff,
  },
  REFRESH_LAG_SECONDS: {
    description:
      "Seconds that ACR may take to follow upstream by itself, before a purge is thought of.",
    expected: "a whole number from 0 to 86400",
    default: "300",
    schema: setting.integerIn(0, 86_400),
  },
  REFRESH_PULL_RESERVE: {
    description: "Percent of an upstream account's pull limit that Larder never spends.",
    expected: "a whole number from 0 to 100",
    default: "20",
    schema: setting.integerIn(0, 100),
  },
  REFRESH_MESSAGE_SECONDS: {
    description: "Seconds after which the work on a repository goes on in a further message.",
    expected: "a whole number from 1 to 300",
    default: "60",
    schema: setting.integerIn(1, 300),
  },
  REGISTRY_RATES: {
    description:
      "Requests a minute that Larder sends to a registry: what the registry's tier allows one identity, no limit, or numbers.",
    expected: "tier, off, or numbers: reads=5000,deletes=500",
    default: "tier",
    schema: setting.rates,
  },
  UPSTREAM_CONNECTIONS: {
    description: "Requests that a worker has under way to one upstream at once.",
    expected: "a whole number from 1 to 512",
    default: "64",
    schema: setting.integerIn(1, 512),
  },
  REGISTRY_CONNECTIONS: {
    description: "Requests that a worker has under way to one registry at once.",
    expected: "a whole number from 1 to 512",
    default: "64",
    schema: setting.integerIn(1, 512),
  },
} as const satisfies Record<string, setting.Setting>;
