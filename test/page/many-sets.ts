import type { CredentialSetView } from "../../src/domain/credential-set-view.ts";
import type { LiveToken } from "../../src/domain/rotation.ts";
import {
  aHold,
  aRecord,
  aRotation,
  aView,
  liveSet,
  newUuid,
  oldUuid,
  unadoptedView,
} from "../functions/set-views.ts";

const token = (rest: Partial<LiveToken>): LiveToken => ({
  version: "0123456789abcdef",
  kind: "personal",
  uuid: oldUuid,
  works: "yes",
  checkedAt: "2026-11-21T01:17:00.000Z",
  ...rest,
});

const done = aRotation({ state: "done", endedAt: "2026-11-10T02:17:00.000Z", newUuid: oldUuid });
const failed = aRotation({
  state: "failed",
  trigger: "request",
  by: "ada@contoso.com",
  reason: "A laptop was lost.",
  endedAt: "2026-11-20T02:17:00.000Z",
  failure: {
    code: "CanaryFailed",
    message:
      "ACR did not serve library/alpine:latest with the new token. The old one was put back.",
  },
});

const resting = aView("resting", {
  record: aRecord("resting", { ended: [done, { ...failed, endedAt: "2026-11-02T02:17:00.000Z" }] }),
});

const renewing = aView("renewing", {
  daysLeft: 29,
  state: "A new token was made and works; it is put into the live secret next.",
  next: { what: "Write it to `renewing-token`", at: "2026-11-21T02:01:00.000Z" },
  record: aRecord("renewing", {
    rotations: [
      aRotation({
        state: "promoted",
        hold: aHold({ code: "NotConfirmedYet", message: "ACR was not seen to use it yet." }),
      }),
    ],
  }),
});

const heldUp = aView("held-up", {
  daysLeft: 6,
  state: "A new token is to be made.",
  toDo: ["Docker Hub did not answer."],
  next: { what: "try again: make the new token", at: "2026-11-21T02:20:00.000Z" },
  record: aRecord("held-up", {
    rotations: [aRotation({ state: "creating", newUuid: undefined, hold: aHold() })],
    ended: [failed],
  }),
});

const assisted = aView("assisted", {
  daysLeft: 12,
  state: "It waits for a new token from a person.",
  next: undefined,
  toDo: [
    "Make a token of contosopull with the scope repo:read.",
    "Put it into the pending secret: az keyvault secret set --vault-name contoso --name assisted-token-pending --file <file> --expires <yyyy-mm-ddThh:mm:ssZ>. Larder tests it.",
  ],
  record: aRecord("assisted", {
    policy: { ...aRecord("assisted").policy, mode: "assisted" },
    rotations: [aRotation({ state: "waiting", newUuid: undefined })],
  }),
});

const retiring = aView("retiring", {
  daysLeft: 89,
  state: `The live token works, and ends in 89 days. The old token ${oldUuid} is still valid.`,
  toDo: ["Somebody else uses the old token."],
  record: aRecord("retiring", {
    live: token({ uuid: newUuid, expiresAt: "2027-02-19T01:17:00.000Z" }),
    rotations: [
      aRotation({
        state: "confirmed",
        hold: aHold({ code: "OldTokenInUse", message: "Somebody else uses the old token." }),
      }),
    ],
  }),
});

const dead = aView("dead", {
  set: liveSet("dead", {
    health: {
      status: "Unhealthy",
      errorCode: "Unauthorized",
      errorMessage: "The login was refused.",
    },
  }),
  remedy: "Put a token that works into `dead-token`.",
  daysLeft: -3,
  state: "The token has expired, and none could be made.",
  toDo: ["Docker Hub refuses the account's password."],
  record: aRecord("dead", {
    live: token({ expiresAt: "2026-11-18T00:00:00.000Z", works: "no" }),
    hold: aHold({ code: "PasswordRefused", message: "Docker Hub refuses the account's password." }),
  }),
});

const making = aView("in-the-making", {
  set: undefined,
  daysLeft: undefined,
  state: "The set is being made.",
  next: undefined,
  access: {
    state: "needed",
    commands: [
      'az role assignment create --assignee-object-id 5f0d8e1c-8f6a-4c1a-9f5e-0d8b5b0c2a11 --assignee-principal-type ServicePrincipal --role "Key Vault Secrets User" --scope /subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/larder/providers/Microsoft.KeyVault/vaults/contoso/secrets/in-the-making-token',
      "# for a vault with access policies\naz keyvault set-policy --name contoso --object-id 5f0d8e1c-8f6a-4c1a-9f5e-0d8b5b0c2a11 --secret-permissions get",
    ],
  },
  record: aRecord("in-the-making", { live: undefined, creates: true }),
});

/** Credential sets in most of the states there are; the first page a reader sees should not need more. */
export const manySets: readonly CredentialSetView[] = [
  assisted,
  dead,
  heldUp,
  making,
  renewing,
  resting,
  retiring,
  unadoptedView(liveSet("by-hand")),
  unadoptedView(liveSet("ghcr-pull", { loginServer: "ghcr.io" })),
];
