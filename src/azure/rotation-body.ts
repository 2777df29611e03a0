import * as z from "zod";
import {
  type Announcement,
  type AnnouncementName,
  announcementNames,
} from "../domain/announcement.ts";
import {
  type AskedRotation,
  type LiveToken,
  type Rotation,
  type RotationRecord,
  rotationStates,
  rotationTriggers,
  tokenKinds,
} from "../domain/rotation.ts";
import { type RotationPolicy, rotationModes, tokenScopes } from "../domain/rotation-policy.ts";

/*
 * What a row of the table `rotations` may hold. Loose, so that fields a newer version wrote survive a
 * rewrite by this one; but a state, mode, kind or name that this version does not know is refused.
 */

/** Lists that have columns of their own. */
export type Lists = Pick<RotationRecord, "ended" | "unsaid" | "unpublished">;

const optional = z.string().optional();

const problem = { code: z.string(), message: z.string(), target: optional };
const hold = z
  .looseObject({
    ...problem,
    since: z.string(),
    told: optional,
    toldCode: optional,
    tries: z.number(),
    blocked: z.boolean().optional(),
  })
  .optional();

export const rotation: z.ZodType<Rotation> = z.looseObject({
  id: z.string(),
  state: z.enum(rotationStates),
  since: z.string(),
  trigger: z.enum(rotationTriggers),
  by: z.string(),
  reason: optional,
  startedAt: z.string(),
  updatedAt: z.string(),
  nextAt: z.string(),
  healthyBefore: z.boolean().optional(),
  canaryBefore: z.boolean().optional(),
  oldUuid: optional,
  oldVersion: optional,
  oldExpiresAt: optional,
  newUuid: optional,
  newKind: z.enum(tokenKinds).optional(),
  newExpiresAt: optional,
  pendingVersion: optional,
  newVersion: optional,
  refusedSince: optional,
  testedAt: optional,
  promotedAt: optional,
  touchedAt: optional,
  confirmedAt: optional,
  quietSince: optional,
  disablingAt: optional,
  disabledAt: optional,
  endedAt: optional,
  hold,
  failure: z.looseObject(problem).optional(),
  said: z.array(z.string()).optional(),
} satisfies Record<keyof Rotation, z.ZodType>);

const policy: z.ZodType<RotationPolicy> = z.looseObject({
  mode: z.enum(rotationModes),
  account: z.string(),
  lifetime: z.string(),
  renewBefore: z.string(),
  grace: z.string(),
  retention: z.string(),
  scope: z.enum(tokenScopes),
  canary: optional,
} satisfies Record<keyof RotationPolicy, z.ZodType>);

const live = z.looseObject({
  version: z.string(),
  kind: z.enum(tokenKinds).optional(),
  uuid: optional,
  expiresAt: optional,
  since: optional,
  refusedAt: optional,
  works: z.enum(["yes", "no", "unknown"]),
  checkedAt: z.string(),
} satisfies Record<keyof LiveToken, z.ZodType>);

const asked = z.looseObject({
  id: z.string(),
  at: z.string(),
  trigger: z.enum(rotationTriggers),
  force: z.boolean(),
  by: z.string(),
  reason: optional,
} satisfies Record<keyof AskedRotation, z.ZodType>);

export const announcement: z.ZodType<Announcement> = z.looseObject({
  id: z.string(),
  name: z.enum(Object.keys(announcementNames) as AnnouncementName[]),
  at: z.string(),
  registry: z.string(),
  credentialSet: z.string(),
  message: z.string(),
  by: optional,
  rotation: optional,
  tokenUuid: optional,
  daysLeft: z.number().optional(),
} satisfies Record<keyof Announcement, z.ZodType>);

/** The record but for its long lists. */
export const rotationCore: z.ZodType<Omit<RotationRecord, keyof Lists>> = z.looseObject({
  registry: z.string(),
  name: z.string(),
  loginServer: z.string(),
  usernameSecretId: z.string(),
  passwordSecretId: z.string(),
  policy,
  adoptedAt: z.string(),
  adoptedBy: z.string(),
  creates: z.literal(true).optional(),
  live: live.optional(),
  asked: asked.optional(),
  ownUseAt: optional,
  revision: z.number().optional(),
  rotations: z.array(rotation),
  notBefore: optional,
  hintedAt: optional,
  hold,
  alarmed: z.looseObject({ version: z.string(), names: z.array(z.string()) }),
  lookedAt: optional,
  lookAt: z.string(),
  nextAt: z.string(),
  tellAfter: optional,
  lease: z.looseObject({ holder: z.string(), until: z.string() }).optional(),
} satisfies Record<Exclude<keyof RotationRecord, keyof Lists>, z.ZodType>);
