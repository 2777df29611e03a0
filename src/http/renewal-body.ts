import * as z from "zod";
import type { CredentialSetView } from "../domain/credential-set-view.ts";
import {
  isAside,
  type RotationRecord,
  rotationStates,
  runningRotation,
  tokenKinds,
} from "../domain/rotation.ts";
import { type RotationPolicy, rotationModes, tokenScopes } from "../domain/rotation-policy.ts";
import {
  holdBody,
  rotationBody,
  rotationExample,
  showHold,
  showRotation,
} from "./rotation-body.ts";

const timestamp = z.iso.datetime();

export const tokenBody = z.strictObject({
  uuid: z.string().optional().describe("Docker Hub's id of the token; no secret."),
  kind: z.enum(tokenKinds).optional().describe("What the login turned out to be made with."),
  expiresOn: timestamp.optional(),
  daysLeft: z.int().optional().describe("Rounded down; negative once it has expired."),
  works: z
    .enum(["yes", "no", "unknown"])
    .describe("Whether Docker Hub takes it; unknown: it could not be asked."),
  checkedAt: timestamp,
});

/** The policy of a set that Larder renews, and where its renewal stands. */
export const renewalBody = z.strictObject({
  mode: z.enum(rotationModes),
  account: z.string(),
  lifetime: z.string(),
  renewBefore: z.string(),
  grace: z.string(),
  retention: z.string(),
  scope: z.enum(tokenScopes),
  canary: z.string().optional(),
  state: z.string().describe("Where it stands, in words."),
  step: z.enum(rotationStates).optional().describe("Of the rotation that is running."),
  next: z.strictObject({ what: z.string(), at: timestamp.optional() }).optional(),
  toDo: z.array(z.string()).describe("What a person is to do, most urgent first."),
  operationId: z
    .string()
    .optional()
    .describe(
      "Of the rotation that was asked for or is running; GET /api/operations/{id} tells its progress.",
    ),
  problem: holdBody.optional().describe("What keeps Larder from looking at the set."),
  running: rotationBody
    .optional()
    .describe("The rotation whose token is not proved yet; at most one."),
  retiring: z
    .array(rotationBody)
    .describe("Rotations whose new token is in use, while the old one is put out of use."),
  last: z.array(rotationBody).describe("Those that have ended, newest first; at most ten."),
  adoptedAt: timestamp,
  adoptedBy: z.string(),
});

export function showToken({
  record,
  unrenewed,
  daysLeft,
}: CredentialSetView): z.input<typeof tokenBody> | undefined {
  const live = record ? record.live : unrenewed;
  if (!live) return undefined;
  const { uuid, kind, expiresAt, works, checkedAt } = live;
  return { uuid, kind, expiresOn: expiresAt, daysLeft, works, checkedAt };
}

export function showRenewal(
  { state, next, toDo }: CredentialSetView,
  record: RotationRecord,
): z.input<typeof renewalBody> {
  const running = runningRotation(record);
  return {
    ...showPolicy(record.policy),
    state: state ?? "Unknown.",
    step: running?.state,
    next: next && { what: next.what, at: next.at },
    toDo: [...toDo],
    operationId: running?.id ?? record.asked?.id,
    problem: record.hold && showHold(record.hold),
    running: running && showRotation(running),
    retiring: record.rotations.filter(isAside).map(showRotation),
    last: record.ended.map(showRotation),
    adoptedAt: record.adoptedAt,
    adoptedBy: record.adoptedBy,
  };
}

function showPolicy(policy: RotationPolicy): RotationPolicy {
  const { mode, account, lifetime, renewBefore, grace, retention, scope, canary } = policy;
  return { mode, account, lifetime, renewBefore, grace, retention, scope, canary };
}

export const renewalExample = {
  token: {
    uuid: "7f1c2d9e-50a4-4a57-9b1c-20f6f3c2c0d5",
    kind: "personal",
    expiresOn: "2027-02-18T02:17:00.000Z",
    daysLeft: 89,
    works: "yes",
    checkedAt: "2026-11-21T02:17:00.000Z",
  },
  rotation: {
    mode: "managed",
    account: "contosopull",
    lifetime: "P90D",
    renewBefore: "P30D",
    grace: "P1D",
    retention: "P7D",
    scope: "repo:read",
    canary: "library/alpine:latest",
    state:
      "The live token works, and ends in 89 days. The old token b30bbf97-506c-4ecd-aabc-842f3cb484fb is still valid.",
    next: {
      what: "disable the old token b30bbf97-506c-4ecd-aabc-842f3cb484fb, if nobody has used it by then",
      at: "2026-11-22T02:17:00.000Z",
    },
    toDo: [],
    retiring: [rotationExample],
    last: [],
    adoptedAt: "2026-11-01T09:00:00.000Z",
    adoptedBy: "ada@contoso.com",
  },
};
