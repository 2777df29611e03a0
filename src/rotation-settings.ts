import * as z from "zod";
import * as setting from "./setting.ts";

/** The settings of renewing tokens; a part of `settings`. */
export const rotationSettings = {
  ROTATION_SCHEDULE: {
    description:
      "When credential sets with something to do are looked for, in UTC; each is looked at once a day at least. The host reads it too and has no default of its own, so it must be set.",
    expected: "an NCRONTAB expression of six fields: 0 17 * * * *",
    default: "0 17 * * * *",
    schema: z.string().regex(/^\S+( \S+){5}$/),
  },
  ROTATION_EVERY_SECONDS: {
    description:
      "Seconds between two runs of that schedule; health counts three missed ones as overdue.",
    expected: "a whole number from 10 to 86400",
    default: "3600",
    schema: setting.integerIn(10, 86_400),
  },
  ROTATION_LIFETIME: {
    description: "Life of a new token, where a set's policy does not say.",
    expected: "an ISO 8601 duration: P90D",
    default: "P90D",
    schema: setting.durationText(60),
  },
  ROTATION_RENEW_BEFORE: {
    description: "A token with less than this left is renewed, where a set's policy does not say.",
    expected: "an ISO 8601 duration: P30D",
    default: "P30D",
    schema: setting.durationText(1),
  },
  ROTATION_GRACE: {
    description:
      "How long an old token stays as it is after the new one was seen to work, where a set's policy does not say.",
    expected: "an ISO 8601 duration: P1D",
    default: "P1D",
    schema: setting.durationText(1),
  },
  ROTATION_RETENTION: {
    description:
      "How long an old token is kept disabled before it is deleted, where a set's policy does not say.",
    expected: "an ISO 8601 duration: P7D",
    default: "P7D",
    schema: setting.durationText(1),
  },
  ROTATION_MINIMUM_GRACE: {
    description: "The shortest grace, and the shortest retention, that a policy may ask for.",
    expected: "an ISO 8601 duration: P1D",
    default: "P1D",
    schema: setting.duration(1),
  },
  ROTATION_MAXIMUM_LIFETIME: {
    description: "The longest life of a new token that a policy may ask for.",
    expected: "an ISO 8601 duration: P366D",
    default: "P366D",
    schema: setting.duration(60),
  },
  ROTATION_MAXIMUM_SCOPE: {
    description:
      "The most that a policy may let a new token do. Pulling needs repo:read, and public images only repo:public_read.",
    expected: "repo:public_read, repo:read, repo:write or repo:admin",
    default: "repo:read",
    schema: z.enum(["repo:public_read", "repo:read", "repo:write", "repo:admin"]),
  },
  ROTATION_CONFIRM_SECONDS: {
    description:
      "Seconds that ACR may refuse a new token, once it is in the live secret, before the old one is put back.",
    expected: "a whole number from 10 to 86400",
    default: "900",
    schema: setting.integerIn(10, 86_400),
  },
  ROTATION_LEASE_SECONDS: {
    description:
      "Seconds that a worker has a credential set to itself, counted anew with every step; after a crash another one goes on only then. Must be longer than three times the slowest call.",
    expected: "a whole number from 5 to 3600",
    default: "300",
    schema: setting.integerIn(5, 3600),
  },
  ROTATION_COOLDOWN: {
    description: "How long after a failed rotation the next one begins by itself.",
    expected: "an ISO 8601 duration: P1D",
    default: "P1D",
    schema: setting.duration(60),
  },
  ROTATION_LAST_USED: {
    description:
      "Whether Docker Hub must show that a new token was used, before the old one is disabled. How finely it shows that is not documented.",
    expected: "require or ignore",
    default: "require",
    schema: z.enum(["require", "ignore"]),
  },
  ROTATOR_VAULT: {
    description:
      "The vault with the passwords of Docker accounts, which only Larder may read; without it they are looked for in the vault of the set's own secrets.",
    expected: "an address: https://rotator.vault.azure.net",
    schema: setting.serviceUrl,
  },
  GRANT_VAULTS: {
    description:
      "The vaults on whose secrets Larder may let credential sets in by itself. It needs the right to assign roles there; for other vaults it says which command to run.",
    expected:
      "ARM resource ids of vaults, comma-separated: /subscriptions/…/providers/Microsoft.KeyVault/vaults/contoso",
    schema: setting.list.pipe(
      z.array(
        z
          .string()
          .regex(
            /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/[a-zA-Z0-9-]{3,24}$/i,
          ),
      ),
    ),
  },
  EVENT_TOPIC: {
    description:
      "An Event Grid topic (CloudEvents schema) that Larder tells what it does with tokens, alarms included. Log lines are written in any case.",
    expected: "an address: https://larder.westeurope-1.eventgrid.azure.net/api/events",
    secret: true,
    schema: setting.httpsAddress,
  },
} as const satisfies Record<string, setting.Setting>;
