import type { By } from "../domain/caller.ts";
import type { CredentialSet } from "../domain/credential-set.ts";
import type { CredentialSetRequest } from "../domain/credential-set-view.ts";
import { LarderError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import {
  isAside,
  type Rotation,
  type RotationRecord,
  runningRotation,
} from "../domain/rotation.ts";
import type { RotationPolicy } from "../domain/rotation-policy.ts";
import type { Timestamp } from "../domain/time.ts";
import { placed } from "./rotation-journal.ts";

type Wanted = Omit<RotationRecord, "policy">;

/** A record of a set that Larder does not have yet, but for what is to be renewed, and how. */
export function newRecord(
  ports: Pick<Ports, "ambient">,
  registry: string,
  name: string,
  by: By,
): Omit<RotationRecord, "policy" | "loginServer" | "usernameSecretId" | "passwordSecretId"> {
  const now = ports.ambient.now();
  return {
    registry,
    name,
    adoptedAt: now,
    adoptedBy: by.name,
    rotations: [],
    ended: [],
    alarmed: { version: "", names: [] },
    lookAt: now,
    nextAt: now,
    unsaid: [],
    unpublished: [],
  };
}

/** Where the set's secrets lie: as ACR has it, or as asked for a set that is to be made. */
export function secretsOf(
  set: CredentialSet | undefined,
  request: CredentialSetRequest,
): Pick<RotationRecord, "loginServer" | "usernameSecretId" | "passwordSecretId"> {
  const { usernameSecretId = "", passwordSecretId = "", loginServer = "docker.io" } = request;
  if (!set) return { loginServer, usernameSecretId, passwordSecretId };
  const differs = (["loginServer", "usernameSecretId", "passwordSecretId"] as const).find(
    (field) =>
      request[field] !== undefined && request[field]?.toLowerCase() !== set[field].toLowerCase(),
  );
  if (differs)
    throw new LarderError("conflict", {
      code: "CredentialSetExists",
      target: differs,
      message: `ACR has credential set "${set.name}" with "${set[differs]}". Leave ${differs} out to take the set over as it is.`,
    });
  return {
    loginServer: set.loginServer,
    usernameSecretId: withoutVersion(set.usernameSecretId),
    passwordSecretId: withoutVersion(set.passwordSecretId),
  };
}

const withoutVersion = (id: string) => /^https:\/\/[^/]+\/secrets\/[^/]+/.exec(id)?.[0] ?? id;

/**
 * The record with the policy as asked for and the set's present secrets; `before` itself when that changes nothing.
 * `conflict` `RotationRunning` when it cannot change now.
 */
export function adopted(
  wanted: Wanted,
  before: RotationRecord | undefined,
  policy: RotationPolicy,
  now: Timestamp,
): RotationRecord {
  if (!before) return { ...wanted, policy };
  const { loginServer, usernameSecretId, passwordSecretId } = wanted;
  const next = { ...before, loginServer, usernameSecretId, passwordSecretId, policy };
  const moved = passwordSecretId !== before.passwordSecretId;
  const elsewhere = moved || before.policy.account !== policy.account;
  const changed = elsewhere || before.policy.mode !== policy.mode;
  const relogged = changed || usernameSecretId !== before.usernameSecretId;
  if (!relogged && loginServer === before.loginServer && samePolicy(policy, before.policy))
    return before;
  const running = runningRotation(before);
  // One that only waits for a person has made nothing yet.
  if (running && running.state !== "waiting" && changed)
    throw new LarderError("conflict", {
      code: "RotationRunning",
      target: "rotation",
      message: `Rotation ${running.id} is under way, and mode, account and secrets cannot change before it has ended. Other fields can.`,
    });
  const mended = relogged || before.policy.scope !== policy.scope;
  return {
    ...next,
    revision: (before.revision ?? 0) + 1,
    // What failed would fail again, unless what it may have failed for is another now.
    notBefore: mended ? undefined : before.notBefore,
    ...(changed && forgotten(before, running, now)),
    ...(elsewhere && { rotations: [] }),
  };
}

/** What is known of other secrets or another account says nothing about these; a rotation that waited ends, so that it can be read. */
function forgotten(
  before: RotationRecord,
  running: Rotation | undefined,
  now: Timestamp,
): Partial<RotationRecord> {
  const failure = {
    code: "RotationReplaced",
    message:
      "Mode, account or secrets were changed while it waited for a token. The next rotation goes by them.",
  };
  const times = { since: now, updatedAt: now, endedAt: now, hold: undefined };
  const { rotations, ended } = running
    ? placed(before, { ...running, ...times, state: "failed", failure })
    : before;
  return { live: undefined, lookedAt: undefined, rotations: rotations.filter(isAside), ended };
}

function samePolicy(a: RotationPolicy, b: RotationPolicy): boolean {
  const fields = ["lifetime", "renewBefore", "grace", "retention", "scope", "canary"] as const;
  return a.mode === b.mode && a.account === b.account && fields.every((one) => a[one] === b[one]);
}
