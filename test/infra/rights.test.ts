import { beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "./rights-actions.ts";
import { builtInIds, customRoleIds, rolesAssigned } from "./rights-granted.ts";
import { actionsOf, covers } from "./rights-of-roles.ts";
import { rightsUsed, type Used } from "./rights-used.ts";

/* What the adapters really ask Azure for, against what infra/access gives: all of it, and nothing that writes or deletes besides. */

/** The grants that only GRANT_VAULTS is for: whoever sets it gives them by hand, as the README says. */
const byHand = ["Microsoft.KeyVault/vaults/read", "Microsoft.Authorization/roleAssignments/write"];

/** Its address lies under the subscription, where only a custom role reaches. Larder then sees by the rule itself how a deletion ended. */
const deletionsEnd = "Microsoft.ContainerRegistry/locations/operationResults/read";

const queues = "Microsoft.Storage/storageAccounts/queueServices/queues";
/** What the host does with the queues of its triggers; nothing in src/ asks for it. */
const hosts = [`${queues}/messages/process/action`, `${queues}/messages/write`];

interface Deployment {
  readonly custom: boolean;
  readonly abac: boolean;
  readonly deleteImages: boolean;
}

const deployments = [true, false].flatMap((custom) =>
  [true, false].flatMap((abac) =>
    [true, false].map((deleteImages): Deployment => ({ custom, abac, deleteImages })),
  ),
);

/** Names of the roles that Larder's identity gets, by what they are for. */
function rolesOf({ custom, abac, deleteImages }: Deployment): Record<Scope, readonly string[]> {
  const ids = custom ? customRoleIds : {};
  const given = { principalId: "larder", customRoleIds: ids, deleteImages };
  const writerRoleId = custom ? "Larder token writer" : builtInIds["Key Vault Secrets Officer"];
  return {
    registry: [
      ...rolesAssigned("larder-on-registry.bicep", given),
      ...rolesAssigned("larder-on-images.bicep", { ...given, repositoryRoles: abac }),
      ...rolesAssigned("larder-on-subscription.bicep", given),
    ],
    vault: rolesAssigned("larder-on-secrets.bicep", {
      ...given,
      readSecrets: ["docker-hub-user"],
      writtenSecrets: ["docker-hub-token"],
      writerRoleId,
    }),
    state: rolesAssigned("larder-on-state-storage.bicep", given),
    topic: rolesAssigned("larder-on-topic.bicep", given),
  };
}

const reads = (action: string) => /\/(read|readMetadata\/action)$/.test(action);
const removesImages = (action: string) =>
  /registries\/(artifacts\/delete|repositories\/(content|metadata)\/delete)$/.test(action);

let used: Used;
beforeAll(async () => {
  used = await rightsUsed();
});

function needed(scope: Scope, { abac, deleteImages }: Deployment): readonly string[] {
  const needs = [...used.values()].flat().filter((need) => need.scope === scope);
  const actions = needs.map((need) => (abac && need.abac) || need.action);
  return [...new Set(actions)]
    .filter((action) => !byHand.includes(action) && (deleteImages || !removesImages(action)))
    .sort();
}

const scopes: readonly Scope[] = ["registry", "vault", "state", "topic"];
const cases = deployments.flatMap((one) => scopes.map((scope) => ({ ...one, scope })));

describe("Larder's identity", () => {
  it("was seen to ask for all there is", () => {
    const deployment = { custom: true, abac: false, deleteImages: true };
    const counts = scopes.map((scope) => [scope, needed(scope, deployment).length]);

    expect(counts).toEqual([
      ["registry", 11],
      ["vault", 4],
      ["state", 8],
      ["topic", 1],
    ]);
  });

  it.each(cases)(
    "may do on the $scope what the adapters do (custom roles $custom, ABAC $abac, deleting $deleteImages)",
    ({ scope, ...deployment }) => {
      const granted = actionsOf(rolesOf(deployment)[scope]);
      const missing = needed(scope, deployment).filter(
        (action) => !granted.some((one) => covers(one, action)),
      );

      const unwatched = scope === "registry" && !deployment.custom;
      expect(missing).toEqual(unwatched ? [deletionsEnd] : []);
    },
  );

  it.each(cases.filter(({ custom }) => custom))(
    "may change nothing on the $scope besides (ABAC $abac, deleting $deleteImages)",
    ({ scope, ...deployment }) => {
      const wanted = [...needed(scope, deployment), ...(scope === "state" ? hosts : [])];
      const granted = actionsOf(rolesOf(deployment)[scope]);
      const beyond = granted.filter(
        (one) => !reads(one) && !wanted.some((action) => covers(one, action)),
      );

      expect(beyond).toEqual([]);
      expect(granted.filter((one) => one.includes("*"))).toEqual([]);
    },
  );

  it.each(deployments.filter(({ deleteImages }) => !deleteImages))(
    "may delete no image where that is off (custom roles $custom, ABAC $abac)",
    (deployment) => {
      const granted = actionsOf(rolesOf(deployment).registry);

      expect(granted.filter(removesImages)).toEqual([]);
    },
  );

  it("may do this much more without custom roles, as the README says", () => {
    const beyond = (abac: boolean) => {
      const deployment = { custom: false, abac, deleteImages: true };
      return scopes.flatMap((scope) => {
        const wanted = [...needed(scope, deployment), ...(scope === "state" ? hosts : [])];
        return actionsOf(rolesOf(deployment)[scope]).filter(
          (one) =>
            !reads(one) && !wanted.some((action) => covers(one, action) && !one.endsWith("*")),
        );
      });
    };
    const always = [
      "Microsoft.ContainerRegistry/registries/credentialSets/delete",
      "Microsoft.KeyVault/vaults/secrets/*",
      "Microsoft.Storage/storageAccounts/queueServices/queues/delete",
      "Microsoft.Storage/storageAccounts/queueServices/queues/messages/delete",
      "Microsoft.Storage/storageAccounts/tableServices/tables/delete",
    ];

    expect(beyond(false).toSorted()).toEqual(always);
    expect(beyond(true).toSorted()).toEqual([
      "Microsoft.ContainerRegistry/registries/credentialSets/delete",
      "Microsoft.ContainerRegistry/registries/repositories/content/write",
      "Microsoft.ContainerRegistry/registries/repositories/metadata/write",
      ...always.slice(1),
    ]);
  });
});
