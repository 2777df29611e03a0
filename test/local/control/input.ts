import { z } from "zod";
import type { Switches } from "../acr/switches.ts";
import type { Knobs } from "../docker-hub/knobs.ts";
import type { DeliverySwitches } from "../vault/event-grid.ts";
import { faultProblem } from "./fault-kinds.ts";

/** What the control API takes. Unknown fields are refused, so that a typing error is noticed. */

export const Push = z.strictObject({
  image: z.string().min(1),
  platforms: z
    .array(z.string().regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/))
    .min(1)
    .exactOptional(),
});

export const Audience = z.strictObject({ audience: z.url() });

export const Behind = z.strictObject({
  upstream: z.string().min(1),
  url: z.url({ protocol: /^https?$/ }),
});

const pattern = z.string().refine(compiles, "is not a regular expression");
function compiles(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

export const NewFault = z
  .strictObject({
    where: z.string(),
    match: pattern.exactOptional(),
    kind: z.union([z.string(), z.int().transform(String)]),
    times: z.int().positive().exactOptional(),
    retryAfter: z.int().nonnegative().exactOptional(),
  })
  .superRefine(({ where, kind }, context) => {
    const message = faultProblem(where, kind);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

const count = z.int().positive();
const milliseconds = z.number().nonnegative();

/** null switches a thing off. */
const off = z.null().transform(() => undefined);

/** Modes of a registry; what each means stands in test/local/acr/switches.ts. */
const registrySwitches = z
  .strictObject({
    anonymousPull: z.boolean(),
    adminUser: z.strictObject({ username: z.string(), password: z.string() }).or(off),
    rights: z.record(z.string(), z.array(z.string())),
    tagMode: z.enum(["refresh", "sticky", "fail"]),
    tagTtlSeconds: z.number().nonnegative(),
    import: z.enum(["late", "never"]),
    importDelayMs: milliseconds,
    importOnHead: z.boolean(),
    staleIfError: z.boolean(),
    listing: z.enum(["whole", "partial"]),
    unknownAfterDelete: z.boolean(),
    badGatewayAfterMoveSeconds: z.number().nonnegative(),
    writableCacheRepos: z.boolean(),
    rateLimits: z.union([
      z.enum(["tier", "off"]),
      z.partialRecord(z.enum(["read", "write", "delete", "listReferrers", "oauth"]), count),
    ]),
    pageSize: count,
    maximumPageSize: count,
    operationMs: milliseconds,
    operationPolls: z.int().nonnegative(),
    putMayRemap: z.boolean(),
    busyResource: z.enum(["accept", "refuse"]),
    armPageSize: count,
  } satisfies Record<keyof Switches, z.ZodType>)
  .partial();

const knobs = z
  .strictObject({
    deleteStatus: z.union([z.literal(202), z.literal(204)]),
    maxTokens: count.or(off),
    lastUsedLag: z.number().nonnegative(),
    newTokenDelay: z.number().nonnegative(),
    passwordDespiteTwoFactor: z.boolean(),
    registryTakesAnyUserName: z.boolean(),
    registryRefuses: z.array(z.string()),
    requestsPerMinute: count,
  } satisfies Record<keyof Knobs, z.ZodType>)
  .partial();

const events = z
  .strictObject({
    duplicate: z.boolean(),
    reorder: z.boolean(),
    delaySeconds: z.number().nonnegative(),
    backOffScale: z.number().positive(),
    documentedQuirks: z.boolean(),
  } satisfies Record<keyof DeliverySwitches, z.ZodType>)
  .partial();

const registryName = z.string().regex(/^[a-zA-Z0-9]{5,50}$/, "5 to 50 letters and digits");

export const NewRegistry = z.strictObject({
  name: registryName,
  sku: z.enum(["Basic", "Standard", "Premium"]).exactOptional(),
});

/** Modes of one registry (which `registry` names), of Docker Hub, of Event Grid. */
export const Switch = registrySwitches
  .extend({
    registry: registryName.exactOptional(),
    dockerHub: knobs.exactOptional(),
    events: events.exactOptional(),
  })
  .superRefine(({ registry, dockerHub, events, ...modes }, context) => {
    const message =
      Object.keys(modes).length > 0 && registry === undefined
        ? `"${Object.keys(modes).join('", "')}" belongs to a registry: name it in "registry".`
        : "Name a registry and its modes, or dockerHub, or events.";
    if (registry === undefined && (Object.keys(modes).length > 0 || !(dockerHub ?? events)))
      context.addIssue({ code: "custom", message });
  });

export const Advance = z.strictObject({ advanceSeconds: z.number().nonnegative() });

/** A secret's name, and the principal that may read it. */
export const Grant = z.strictObject({ principalId: z.string().min(1), secret: z.string().min(1) });

/** A webhook that is told of the vault's events. */
export const NewSubscription = z.strictObject({
  name: z.string().min(1),
  endpoint: z.url(),
  schema: z.enum(["EventGridSchema", "CloudEventSchemaV1_0"]),
  eventTypes: z.array(z.string()).exactOptional(),
});

export const OldSubscription = z.strictObject({ name: z.string() });
