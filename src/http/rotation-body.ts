import * as z from "zod";
import { type Hold, type Rotation, rotationStates, rotationTriggers } from "../domain/rotation.ts";
import { problem } from "./rule-body.ts";

const timestamp = z.iso.datetime();

/** Why something does not go on, and since when. */
export const holdBody = problem.extend({ since: timestamp }).meta({ id: "Hold" });

export const rotationBody = z
  .strictObject({
    id: z.string().describe("Also the operation's id."),
    state: z.enum(rotationStates),
    trigger: z.enum(rotationTriggers).describe("What it was begun for."),
    by: z.string(),
    reason: z.string().optional(),
    startedAt: timestamp,
    endedAt: timestamp.optional(),
    oldTokenUuid: z.string().optional(),
    newTokenUuid: z.string().optional(),
    newTokenExpiresOn: timestamp.optional(),
    problem: holdBody.optional().describe("Why it does not go on; it is tried again."),
    failure: problem.optional().describe("Why it failed."),
  })
  .meta({ id: "Rotation" });

export function showHold({ code, message, target, since }: Hold): z.input<typeof holdBody> {
  return { code, message, target, since };
}

/** A rotation as the API shows it: nothing of the secrets' versions, nothing of how it is kept. */
export function showRotation(rotation: Rotation): z.input<typeof rotationBody> {
  const { id, state, trigger, by, reason, startedAt, endedAt, hold, failure } = rotation;
  return {
    id,
    state,
    trigger,
    by,
    reason,
    startedAt,
    endedAt,
    oldTokenUuid: rotation.oldUuid,
    newTokenUuid: rotation.newUuid,
    newTokenExpiresOn: rotation.newExpiresAt,
    problem: hold && showHold(hold),
    failure: failure && {
      code: failure.code,
      message: failure.message,
      target: failure.target,
    },
  };
}

export const rotationExample = {
  id: "contoso-mfzwizltovzwk4q2mfzwizlto4",
  state: "quiesced",
  trigger: "schedule",
  by: "larder",
  startedAt: "2026-11-20T02:17:00.000Z",
  oldTokenUuid: "b30bbf97-506c-4ecd-aabc-842f3cb484fb",
  newTokenUuid: "7f1c2d9e-50a4-4a57-9b1c-20f6f3c2c0d5",
  newTokenExpiresOn: "2027-02-18T02:17:00.000Z",
} as const;
