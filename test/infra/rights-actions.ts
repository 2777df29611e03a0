import type { Exchange } from "../local/request-log.ts";

/*
 * Which right each request takes. Sources: "Authorize with Microsoft Entra ID" of the storage services'
 * REST reference (permissions of table and queue operations); "Azure permissions for Containers" and the
 * directory of ACR's built-in roles; "Azure permissions for Security" (vaults); facts/acr.md section 5.
 */

/** Whose right it is: what a role is assigned on. */
export type Scope = "registry" | "vault" | "state" | "topic";

export interface Need {
  readonly scope: Scope;
  /** Of a registry with roles alone, or of anything else. */
  readonly action: string;
  /** In a registry with ABAC, where it is another; these are data actions. */
  readonly abac?: string;
}

interface Line {
  readonly service: string;
  readonly request: RegExp;
  readonly needs: readonly Need[];
}

const registries = "Microsoft.ContainerRegistry/registries";
const repositories = `${registries}/repositories`;
const secrets = "Microsoft.KeyVault/vaults/secrets";
const storage = "Microsoft.Storage/storageAccounts";
const entities = `${storage}/tableServices/tables/entities`;
const queues = `${storage}/queueServices/queues`;

const registry = (action: string, abac?: string): Need => ({
  scope: "registry",
  action,
  ...(abac !== undefined && { abac }),
});
const vault = (action: string): Need => ({ scope: "vault", action });
const state = (action: string): Need => ({ scope: "state", action });

const readMetadata = registry(`${registries}/pull/read`, `${repositories}/metadata/read`);
const readContent = registry(`${registries}/pull/read`, `${repositories}/content/read`);
const readCatalog = registry(`${registries}/pull/read`, `${registries}/catalog/read`);
const removal = (what: "content" | "metadata") =>
  registry(`${registries}/artifacts/delete`, `${repositories}/${what}/delete`);

const arm = String.raw`/providers/Microsoft\.ContainerRegistry/registries/[^/]+`;
const add = state(`${entities}/add/action`);
const update = state(`${entities}/update/action`);
const remove = state(`${entities}/delete`);

const table: readonly Line[] = [
  ...lines("arm", [
    [`^GET .*${arm}$`, registry(`${registries}/read`)],
    [`^GET .*${arm}/cacheRules(/[^/]+)?$`, registry(`${registries}/cacheRules/read`)],
    [`^(PUT|PATCH) .*${arm}/cacheRules/[^/]+$`, registry(`${registries}/cacheRules/write`)],
    [`^DELETE .*${arm}/cacheRules/[^/]+$`, registry(`${registries}/cacheRules/delete`)],
    [
      `^GET .*${arm}/cacheRules/[^/]+/operationStatuses/[^/]+$`,
      registry(`${registries}/cacheRules/operationStatuses/read`),
    ],
    [`^GET .*${arm}/credentialSets(/[^/]+)?$`, registry(`${registries}/credentialSets/read`)],
    [`^(PUT|PATCH) .*${arm}/credentialSets/[^/]+$`, registry(`${registries}/credentialSets/write`)],
    [
      `^GET .*${arm}/credentialSets/[^/]+/operationStatuses/[^/]+$`,
      registry(`${registries}/credentialSets/operationStatuses/read`),
    ],
    [
      "^GET .*/locations/[^/]+/operationResults/[^/]+$",
      registry("Microsoft.ContainerRegistry/locations/operationResults/read"),
    ],
    ["^GET .*/vaults/[^/]+$", vault("Microsoft.KeyVault/vaults/read")],
    [
      "^PUT .*/vaults/[^/]+/secrets/[^/]+/providers/Microsoft.Authorization/roleAssignments/[^/]+$",
      vault("Microsoft.Authorization/roleAssignments/write"),
    ],
  ]),
  ...lines("acr", [
    // The token's own right is asked for with it, and is that of what it is for.
    ["^(GET|POST) /oauth2/"],
    ["^GET /v2/$"],
    ["^GET /acr/v1/_catalog$", readCatalog],
    ["^GET /acr/v1/.+/_(tags|manifests)(/.+)?$", readMetadata],
    ["^GET /acr/v1/[^_]+$", readMetadata],
    // Taking a tag off is in DOCS' list of what Repository Contributor may and Repository Writer may not.
    ["^DELETE /acr/v1/.+/_tags/.+$", removal("metadata"), removal("content")],
    ["^DELETE /acr/v1/[^_]+$", removal("content"), removal("metadata")],
    ["^DELETE /v2/.+/manifests/.+$", removal("content"), removal("metadata")],
    ["^(GET|HEAD) /v2/.+/manifests/.+$", readContent],
  ]),
  ...lines("vault", [
    ["^GET /secrets/[^/]+/versions$", vault(`${secrets}/readMetadata/action`)],
    ["^GET /secrets/[^/]+(/[^/]*)?$", vault(`${secrets}/getSecret/action`)],
    ["^PUT /secrets/[^/]+$", vault(`${secrets}/setSecret/action`)],
    ["^PATCH /secrets/[^/]+/[^/]+$", vault(`${secrets}/update/action`)],
  ]),
  ...lines("tables", [
    ["^POST /[^/]+/Tables$", state(`${storage}/tableServices/tables/write`)],
    [String.raw`^GET /[^/]+/\w+\(.*\)$`, state(`${entities}/read`)],
    [String.raw`^POST /[^/]+/\w+$`, add],
    [String.raw`^(PUT|PATCH|MERGE) /[^/]+/\w+\(.*\)$`, update],
    [String.raw`^DELETE /[^/]+/\w+\(.*\)$`, remove],
  ]),
  ...lines("queues", [
    ["^PUT /[^/]+/[a-z-]+$", state(`${queues}/write`)],
    ["^(GET|HEAD) /[^/]+/[a-z-]+$", state(`${queues}/read`)],
    ["^POST /[^/]+/[a-z-]+/messages$", state(`${queues}/messages/add/action`)],
  ]),
  ...lines("topic", [
    ["^POST /api/events$", { scope: "topic", action: "Microsoft.EventGrid/events/send/action" }],
  ]),
  // The registry's own requests.
  ...lines("upstream", [["."]]),
  // Who we are, which takes no right.
  ...lines("identity", [["."]]),
];

function lines(service: string, rows: readonly (readonly [string, ...Need[]])[]): readonly Line[] {
  return rows.map(([request, ...needs]) => ({ service, request: new RegExp(request), needs }));
}

/** What a request takes. Throws for one that the table does not know, or that Azure refused. */
export function needsOf({ service, call, answer }: Exchange): readonly Need[] {
  const asked = `${call.method} ${decodeURIComponent(call.path)}`;
  // Key Vault answers so, too, to whoever may read a version that is disabled.
  if (answer.status === 403 && !JSON.stringify(answer.body).includes("SecretDisabled"))
    throw new Error(`${service} refused ${asked}`);
  if (service !== "tables") return needsOfRequest(service, asked);
  if (call.path.endsWith("/$batch")) return batched(call.body.toString()).flatMap(needsOfRow);
  return needsOfRow({ asked, upsert: isUpsert(call.method, call.headers["if-match"]) });
}

function needsOfRequest(service: string, asked: string): readonly Need[] {
  const found = table.find((line) => line.service === service && line.request.test(asked));
  if (!found)
    throw new Error(`${service} was asked "${asked}", and nobody said what right it takes`);
  return found.needs;
}

interface RowRequest {
  /** "MERGE /account/rules(…)". */
  readonly asked: string;
  readonly upsert: boolean;
}

/** Insert Or Replace and Insert Or Merge take both rights. */
function needsOfRow({ asked, upsert }: RowRequest): readonly Need[] {
  return upsert ? [add, update] : needsOfRequest("tables", asked);
}

/** Those two know no ETag. */
function isUpsert(method: string, ifMatch: string | readonly string[] | undefined): boolean {
  return /^(PUT|PATCH|MERGE)$/.test(method) && ifMatch === undefined;
}

/** The requests in a transaction. */
function batched(body: string): readonly RowRequest[] {
  return body.split(/^--changeset/m).flatMap((part) => {
    const [, method = "", address = ""] =
      /^(POST|PUT|PATCH|MERGE|DELETE) (\S+) HTTP/m.exec(part) ?? [];
    if (method === "") return [];
    const [, match] = /^If-Match: *(.+?)\r?$/im.exec(part) ?? [];
    const asked = `${method} ${decodeURIComponent(new URL(address).pathname)}`;
    return [{ asked, upsert: isUpsert(method, match) }];
  });
}
