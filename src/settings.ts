import * as z from "zod";
import { parseRegistryId } from "./azure/registry-id.ts";
import { parseSourcePattern } from "./domain/source-pattern.ts";
import { refreshSettings } from "./refresh-settings.ts";
import { rotationSettings } from "./rotation-settings.ts";
import * as setting from "./setting.ts";

const registryIds = setting.list.pipe(
  z
    .array(
      z.string().transform((entry, context) => {
        const id = parseRegistryId(entry);
        if (id) return id;
        context.addIssue({ code: "custom", message: `"${entry}" is no such id.` });
        return z.NEVER;
      }),
    )
    .min(1),
);

const regularExpression = z.string().refine(
  (value) => {
    try {
      new RegExp(value);
      return true;
    } catch {
      return false;
    }
  },
  { error: "That does not parse." },
);

/** A JSON object of texts, e.g. {"registry-1.docker.io:443":"localhost:5001"}. */
const jsonMap = z
  .string()
  .transform((value, context): unknown => {
    try {
      return JSON.parse(value);
    } catch {
      context.addIssue({ code: "custom", message: "That is no JSON." });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.string()))
  .transform((value) => new Map(Object.entries(value)));

/** Patterns of sources, in the spelling of rules; each faulty entry is an issue of its own. */
const sources = setting.list.pipe(
  z.array(
    z.string().transform((entry, context) => {
      const parsed = parseSourcePattern(entry);
      if (parsed.ok) return parsed.pattern;
      context.addIssue({ code: "custom", message: parsed.problem });
      return z.NEVER;
    }),
  ),
);
const patterns =
  'sources, or what they begin with and "*", comma-separated: docker.io/library/nginx, docker.io/bitnami*, quay.io/*, *.azurecr.io/*, or * for all';

/** Every setting Larder reads. The README's table and local.settings.sample.json follow this one. */
export const settings = {
  REGISTRIES: {
    description: "The registries to serve.",
    expected:
      "ARM resource ids of registries, comma-separated: /subscriptions/…/providers/Microsoft.ContainerRegistry/registries/contoso",
    schema: registryIds,
  },
  LarderStorage: {
    description:
      "Connection string of the storage account for tables and queue. For local use; in Azure give the two addresses below instead.",
    expected: "a connection string",
    secret: true,
    schema: z
      .string()
      .regex(/AccountName=.+AccountKey=|SharedAccessSignature=|UseDevelopmentStorage=true/i),
  },
  LarderStorage__tableServiceUri: {
    description: "Address of the table service, reached with the app's identity.",
    expected: "an address: https://account.table.core.windows.net",
    schema: setting.serviceUrl,
  },
  LarderStorage__queueServiceUri: {
    description: "Address of the queue service, reached with the app's identity.",
    expected: "an address: https://account.queue.core.windows.net",
    schema: setting.serviceUrl,
  },
  AZURE_CLIENT_ID: {
    description:
      "Client id of the user-assigned identity; without it the system-assigned one is used.",
    expected: "a client id",
    schema: z.guid(),
  },
  IDENTITY_ENDPOINT: {
    description: "Set by the platform where the app has a managed identity; not to be set by hand.",
    expected: "an address",
    schema: z.url(),
  },
  WEBSITE_AUTH_ENABLED: {
    description: "Set by the platform when Entra sign-in stands in front of the app.",
    expected: "true or false",
    default: "false",
    schema: setting.onOff,
  },
  SIGN_IN_ALONE: {
    description:
      "Set by the deployment with Entra sign-in: while the platform says that sign-in stands in front (WEBSITE_AUTH_ENABLED), calls need no function key besides. Not to be set by hand: without sign-in in front anybody could call in anybody's name.",
    expected: "on or off",
    default: "off",
    schema: setting.onOff,
  },
  ARM_ENDPOINT: {
    description: "Address of Azure Resource Manager; another one in other clouds.",
    expected: "an address: https://management.azure.com",
    default: "https://management.azure.com",
    schema: setting.serviceUrl,
  },
  ARM_POLL_SECONDS: {
    description: "Seconds between two looks at a change that ARM is carrying out.",
    expected: "a number from 0.05 to 30",
    default: "2",
    schema: setting.numberIn(0.05, 30),
  },
  VAULT_SUFFIXES: {
    description: "Host endings of the key vaults that secrets may be read from.",
    expected: "endings that begin with a dot, comma-separated: .vault.azure.net",
    default: ".vault.azure.net,.vault.azure.cn,.vault.usgovcloudapi.net",
    schema: setting.list.pipe(z.array(z.string().regex(/^(\.[a-z0-9-]+){2,}$/))),
  },
  VAULT_HOSTS: {
    description: "More vault hosts, with port, for local use only.",
    expected: "hosts with or without port, comma-separated: localhost:8443",
    schema: setting.list.pipe(z.array(z.string().regex(/^[a-z0-9.-]+(:\d{1,5})?$/))),
  },
  UPSTREAM_CHECK: {
    description: "Ask the upstream for the repository before a rule is accepted.",
    expected: "on or off",
    default: "on",
    schema: setting.onOff,
  },
  UPSTREAM_TIMEOUT_SECONDS: {
    description:
      "Seconds an upstream has for each answer, and half of what it has for all that a check takes.",
    expected: "a number from 1 to 60",
    default: "5",
    schema: setting.numberIn(1, 60),
  },
  CONNECT_TO: {
    description: "Other destinations for upstream hosts, for local use only.",
    expected: 'a JSON object: {"registry-1.docker.io:443":"localhost:5001"}',
    schema: jsonMap,
  },
  RECONCILE_SCHEDULE: {
    description:
      "When records are compared with ARM, in UTC. The host reads it too and has no default of its own, so it must be set.",
    expected: "an NCRONTAB expression of six fields: 0 */5 * * * *",
    default: "0 */5 * * * *",
    schema: z.string().regex(/^\S+( \S+){5}$/),
  },
  RECONCILE_EVERY_SECONDS: {
    description:
      "Seconds between two runs of that schedule; health counts three missed ones as overdue.",
    expected: "a whole number from 10 to 86400",
    default: "300",
    schema: setting.integerIn(10, 86_400),
  },
  REPAIR_AFTER_SECONDS: {
    description:
      "Seconds without a move after which that schedule takes a rule's message for lost and sends it again.",
    expected: "a whole number from 1 to 86400",
    default: "120",
    schema: setting.integerIn(1, 86_400),
  },
  ...refreshSettings,
  ...rotationSettings,
  REPORT_SCHEDULE: {
    description:
      "When Larder tells in its log how queues, rules, tags, budgets and credential sets are, in UTC. The host reads it too and has no default of its own, so it must be set.",
    expected: "an NCRONTAB expression of six fields: 0 */15 * * * *",
    default: "0 */15 * * * *",
    schema: z.string().regex(/^\S+( \S+){5}$/),
  },
  REPORT_EVERY_SECONDS: {
    description:
      "Seconds between two runs of that schedule; health counts three missed ones as overdue.",
    expected: "a whole number from 10 to 86400",
    default: "900",
    schema: setting.integerIn(10, 86_400),
  },
  HISTORY_DAYS: {
    description: "Days that history is kept.",
    expected: "a whole number from 1 to 3650",
    default: "400",
    schema: setting.integerIn(1, 3650),
  },
  POLICY_ALLOWED_SOURCES: {
    description: "Sources that rules may have; empty allows all that ACR supports.",
    expected: patterns,
    schema: sources,
  },
  POLICY_DENIED_SOURCES: {
    description: "Sources that no rule may cover; wins over the allowed ones.",
    expected: patterns,
    schema: sources,
  },
  POLICY_APPROVAL_SOURCES: {
    description: "Sources whose rules wait for an approver.",
    expected: patterns,
    schema: sources,
  },
  POLICY_APPROVAL_EXEMPT_CALLERS: {
    description: "Entra object ids of signed-in people and applications whose requests never wait.",
    expected: "object ids, comma-separated: 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    schema: setting.list.pipe(z.array(z.guid().toLowerCase())),
  },
  POLICY_RULE_NAME_PATTERN: {
    description: "What a rule's name must match besides ACR's own rules.",
    expected: "a regular expression",
    schema: regularExpression,
  },
  POLICY_OWNER_REQUIRED: {
    description: "Refuse requests that name no owner.",
    expected: "on or off",
    default: "off",
    schema: setting.onOff,
  },
  POLICY_RULES_PER_OWNER: {
    description: "Rules an owner may have at once; empty sets no limit.",
    expected: "a whole number from 1 to 1000",
    schema: setting.integerIn(1, 1000),
  },
  POLICY_UNHEALTHY_CREDENTIAL_SET: {
    description: "What becomes of a request for a credential set that ACR reports unhealthy.",
    expected: "refuse or warn",
    default: "refuse",
    schema: z.enum(["refuse", "warn"]),
  },
} as const satisfies Record<string, setting.Setting>;
