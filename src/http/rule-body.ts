import * as z from "zod";
import { type CacheRule, type LiveRule, ruleStatuses } from "../domain/cache-rule.ts";
import type { RefreshPolicy } from "../domain/refresh-policy.ts";
import { refreshPolicy } from "./refresh-input.ts";

const timestamp = z.iso.datetime();

/** A problem inside an answer, or an error's own. */
export const problem = z
  .strictObject({
    code: z.string().describe("Stable; made for programs."),
    message: z.string().describe("What is wrong and how to mend it; made for people."),
    target: z.string().optional().describe("The field or resource it is about."),
  })
  .meta({ id: "Problem" });

export const ruleBody = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    registry: z.string(),
    source: z.string(),
    target: z.string(),
    credentialSet: z.string().optional(),
    refresh: refreshPolicy.optional(),
    owner: z.string().optional(),
    reason: z.string().optional(),
    expiresOn: timestamp.optional(),
    status: z.enum(ruleStatuses),
    failure: problem.extend({ remedy: z.string() }).optional().meta({ id: "Failure" }),
    drift: z
      .strictObject({
        kind: z.enum(["created", "changed", "deleted"]),
        message: z.string(),
        since: timestamp,
      })
      .optional()
      .describe("Where the registry differs from what was asked of Larder."),
    notes: z.array(z.string()).describe("What was done to the request, and advice."),
    requestedBy: z.string(),
    requestedAt: timestamp,
    decidedBy: z.string().optional(),
    updatedAt: timestamp,
    operationId: z
      .string()
      .optional()
      .describe("GET /api/operations/{id} tells its progress, until 7 days after its end."),
    etag: z.string().optional().describe("For If-Match; absent for a rule only ARM knows."),
    live: z
      .strictObject({
        provisioningState: z.string(),
        source: z.string(),
        target: z.string(),
        credentialSet: z.string().optional(),
        createdAt: timestamp.optional(),
      })
      .optional()
      .describe("What ARM shows now; absent when it has no such rule, or was not asked."),
    pull: z.string().optional().describe("A command that pulls through the rule."),
  })
  .meta({ id: "Rule" });

export type RuleBody = z.input<typeof ruleBody>;

export interface ShownRule {
  readonly rule: CacheRule;
  readonly etag: string;
  readonly live?: LiveRule | undefined;
}

/** A rule as the API shows it. `loginServer` undefined: not known just now, so no pull command. */
export function showRule({ rule, etag, live }: ShownRule, loginServer?: string): RuleBody {
  return {
    id: `/registries/${rule.registry}/rules/${rule.name}`,
    name: rule.name,
    registry: rule.registry,
    source: rule.source,
    target: rule.target,
    credentialSet: rule.credentialSet,
    refresh: rule.refresh && showRefresh(rule.refresh),
    owner: rule.owner,
    reason: rule.reason,
    expiresOn: rule.expiresOn,
    status: rule.status,
    failure: rule.failure,
    drift: rule.drift,
    notes: [...rule.notes],
    requestedBy: rule.requestedBy,
    requestedAt: rule.requestedAt,
    decidedBy: rule.decidedBy,
    updatedAt: rule.updatedAt,
    operationId: rule.operationId || undefined,
    etag: etag || undefined,
    live: live && showLive(live),
    pull: loginServer && `docker pull ${loginServer}/${rule.target.replace(/\*$/, "<repository>")}`,
  };
}

function showLive({ provisioningState, source, target, credentialSet, createdAt }: LiveRule) {
  return { provisioningState, source, target, credentialSet, createdAt };
}

function showRefresh(refresh: RefreshPolicy) {
  const { tags, exclude, window, platforms, ...rest } = refresh;
  return {
    ...rest,
    tags: [...tags],
    exclude: exclude && [...exclude],
    window: window && { ...window, days: window.days && [...window.days] },
    platforms: typeof platforms === "object" ? [...platforms] : platforms,
  };
}

export const ruleExample = {
  id: "/registries/contoso/rules/grafana",
  name: "grafana",
  registry: "contoso",
  source: "docker.io/grafana/*",
  target: "grafana/*",
  credentialSet: "dockerhub",
  refresh: { tags: ["latest", "/^v?\\d+$/"], every: "PT6H", minimumAge: "P1D" },
  owner: "team-observability",
  reason: "Dashboards of the platform",
  status: "active",
  notes: [],
  requestedBy: "ada@contoso.com",
  requestedAt: "2026-11-21T02:00:00.000Z",
  updatedAt: "2026-11-21T02:00:04.000Z",
  operationId: "contoso-mfzwizltovzwk4q2mfzwizlto4",
  etag: "W/\"datetime'2026-11-21T02%3A00%3A04.1234567Z'\"",
  live: {
    provisioningState: "Succeeded",
    source: "docker.io/grafana/*",
    target: "grafana/*",
    credentialSet: "dockerhub",
    createdAt: "2026-11-21T02:00:03.000Z",
  },
  pull: "docker pull contoso.azurecr.io/grafana/<repository>",
} as const satisfies DeepReadonly<RuleBody>;

type DeepReadonly<T> = { readonly [K in keyof T]: DeepReadonly<T[K]> };
