import type { AcrRegistry } from "../acr/registry.ts";
import type { Change, Resource, Resources } from "../acr/resources.ts";
import type { Clock } from "../clock.ts";
import type { Identity, UpstreamSide, VaultReader } from "../doors.ts";
import type { Faults } from "../faults.ts";
import type { Answer, Call } from "../service.ts";
import { fail } from "./failure.ts";
import { type Operations, pollingQuery } from "./operations.ts";
import { sim } from "./sim-codes.ts";
import type { ArmVault } from "./vault-access.ts";

export interface ArmDependencies {
  readonly clock: Clock;
  /** Service "arm" knows the fault kind "operation-fails": the operation a request starts ends Failed. */
  readonly faults: Faults;
  readonly identity: Identity;
  readonly vault: VaultReader;
  readonly upstream: UpstreamSide;
  /** Absent: ARM knows no vault. */
  readonly keyVault?: ArmVault;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** As it stands in identities and messages; a random one if not given. */
  readonly tenantId?: string;
}

export interface ArmContext extends ArmDependencies {
  readonly tenantId: string;
  readonly operations: Operations;
  /** By lower-case name. */
  readonly registries: ReadonlyMap<string, AcrRegistry>;
}

/** A request on a registry or one of its children, checked as far as ARM itself checks. */
export interface ArmRequest {
  readonly call: Call;
  readonly registry: AcrRegistry;
  readonly principal: string;
  readonly apiVersion: string;
  /** Of the child resource; empty for lists and the registry itself. */
  readonly name: string;
}

type Collection = "cacheRules" | "credentialSets";

/** ARM id of a registry, without its host. */
export const registryId = (context: ArmContext, registry: AcrRegistry) =>
  `/subscriptions/${context.subscriptionId}/resourceGroups/${context.resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${registry.name}`;

/** As recorded: seven decimals and an offset. */
export const armTime = (ms: number) => new Date(ms).toISOString().replace("Z", "0000+00:00");

export const systemData = (by: string, at: number) => ({
  createdBy: by,
  createdByType: "Application",
  createdAt: armTime(at),
  lastModifiedBy: by,
  lastModifiedByType: "Application",
  lastModifiedAt: armTime(at),
});

/** Refuses names outside 5 to 50 of letters, digits and hyphen. */
export function requireName(name: string): void {
  if (/^[a-zA-Z0-9-]{5,50}$/.test(name)) return;
  fail(
    400,
    sim.invalidResourceName,
    `Invalid resource name '${name}'. It must have 5 to 50 characters of a-z, A-Z, 0-9 and '-'.`,
  );
}

/** Starts a change of a child resource: what ARM answers of the resource, and the header or location to poll. */
export function begin<P>(
  context: ArmContext,
  request: ArmRequest,
  collection: Collection,
  held: Resources<P>,
  change: Pick<Change<P>, "name" | "properties">,
): { readonly resource: Resource<P>; readonly headers: NonNullable<Answer["headers"]> } {
  const { registry, call, principal, apiVersion } = request;
  const { operationMs, operationPolls, busyResource } = registry.switches();
  if (busyResource === "refuse" && held.isBusy(change.name))
    fail(409, sim.operationInProgress, `Another operation on '${change.name}' is in progress.`);
  const fails = context.faults.active("arm", "operation-fails", call);
  const resource = held.start({ ...change, afterMs: operationMs, by: principal, fails });
  const verb = change.properties === undefined ? "Deleting" : resource.provisioningState;
  const error = { code: sim.operationFailed, message: "The operation failed (fault injected)." };
  const id = context.operations.start(collection, {
    verb: verb === "Creating" ? "Creating" : verb === "Updating" ? "Updating" : "Deleting",
    dueAt: context.clock.now() + operationMs,
    pollsLeft: operationPolls,
    done: true,
    ...(fails && { error }),
  });
  const query = pollingQuery(apiVersion, context.clock.now());
  const status = `${call.origin}${registryId(context, registry)}/${collection}/${resource.name}/operationStatuses/${id}${query}`;
  const result = `${call.origin}${resultPath(context, id)}${query}`;
  const headers: Record<string, string> =
    change.properties === undefined ? { location: result } : { "azure-asyncoperation": status };
  return { resource, headers };
}

/** Where the result of a delete or an import is polled, as recorded. */
export const resultPath = ({ subscriptionId }: ArmContext, id: string) =>
  `/subscriptions/${subscriptionId}/providers/Microsoft.ContainerRegistry/locations/WESTUS/operationResults/${id}`;

/** One page of a list and its nextLink; the token is the last name shown. */
export function listPage<P>(
  { call, registry }: ArmRequest,
  all: readonly Resource<P>[],
): { readonly page: readonly Resource<P>[]; readonly nextLink?: string } {
  const size = registry.switches().armPageSize;
  const token = call.query.get("$skiptoken")?.toLowerCase();
  const rest = token === undefined ? all : all.filter(({ name }) => name.toLowerCase() > token);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  if (rest.length <= size || !last) return { page };
  const query = new URLSearchParams(call.query);
  query.set("$skiptoken", last.name);
  return { page, nextLink: `${call.origin}${call.path}?${query.toString()}` };
}
