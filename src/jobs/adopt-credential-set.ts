import type { By } from "../domain/caller.ts";
import type { CredentialSet } from "../domain/credential-set.ts";
import type { CredentialSetRequest, CredentialSetView } from "../domain/credential-set-view.ts";
import { LarderError, problemsError } from "../domain/errors.ts";
import { judgeRotationPolicy } from "../domain/judge-rotation-policy.ts";
import { nextAtOf } from "../domain/plan-rotation.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { isRetiring, type RotationRecord, runningRotation } from "../domain/rotation.ts";
import type { RotationPolicy } from "../domain/rotation-policy.ts";
import { checkAdoption } from "./check-adoption.ts";
import { checkMatch, servedName, unlessMoved } from "./find-rule.ts";
import { orProblem } from "./or-problem.ts";
import { credentialSetView, setByName } from "./read-credential-set.ts";
import { notRetired, releaseCredentialSet } from "./release-credential-set.ts";
import { rotateCredentialSet, wake } from "./rotate-credential-set.ts";
import { saying } from "./rotation-journal.ts";
import type { RotationPorts } from "./rotation-site.ts";

interface Adopted {
  readonly view: CredentialSetView;
  /** There was no record of it before. */
  readonly created: boolean;
}

/**
 * Takes a credential set over for rotation, changes its policy, makes a set that is not there, or (rotation null) lets it
 * go. Everything that can be known to be wrong is said before anything is recorded.
 */
export async function adoptCredentialSet(
  ports: RotationPorts & Pick<Ports, "tags">,
  registry: string,
  name: string,
  request: CredentialSetRequest,
  ifMatch: string | undefined,
  by: By,
): Promise<Adopted> {
  const served = servedName(ports, registry);
  return unlessMoved(ports, ifMatch, async () => {
    const [sets, stored] = await Promise.all([
      ports.credentialSets.list(served),
      ports.rotations.get(served, name),
    ]);
    checkMatch(ifMatch, stored?.etag);
    const set = setByName(sets, name);
    if (request.rotation === null)
      return {
        view: await releaseCredentialSet(ports, served, name, { set, stored }, by),
        created: false,
      };
    const judged = judgeRotationPolicy(request.rotation, ports.rotationSettings);
    if (!judged.ok) throw problemsError("invalid", judged.problems);
    const wanted = { ...newRecord(ports, served, name, by), ...secretsOf(set, request) };
    const record = adopted(wanted, stored?.value, judged.policy);
    const notes = await checkAdoption(ports, record, set);
    const dropped = stored?.value.rotations.filter((one) => !record.rotations.includes(one)) ?? [];
    return adopt(ports, { record, stored, set }, [...notes, ...notRetired(dropped)], by);
  });
}

async function adopt(
  ports: RotationPorts,
  {
    record,
    stored,
    set,
  }: {
    readonly record: RotationRecord;
    readonly stored: Stored<RotationRecord> | undefined;
    readonly set: CredentialSet | undefined;
  },
  notes: readonly string[],
  by: By,
): Promise<Adopted> {
  const { registry, name, policy } = record;
  const now = ports.ambient.now();
  const message = `Larder renews its token: ${policy.mode}, as "${policy.account}", ${policy.renewBefore} before its end.`;
  const next = {
    ...record,
    ...(set ? { name: set.name } : { creates: true as const }),
    hintedAt: now,
    lookAt: now,
    hold: undefined,
    ...saying(ports, record, [{ name: "RotationAdopted", message, by: by.name }]),
  };
  const etag = await ports.rotations.write({ ...next, nextAt: nextAtOf(next) }, stored?.etag);
  const created = stored === undefined;
  if (set) {
    await wake(ports, registry, name);
    const view = credentialSetView(registry, set, { value: next, etag }, now);
    return { view: { ...view, notes }, created };
  }
  // At once, so that the answer can say what the new set's identity still needs; the sweep goes on after a crash.
  await orProblem(rotateCredentialSet(ports, { kind: "rotate-credential-set", registry, name }));
  const [made, after] = await Promise.all([
    orProblem(ports.credentialSets.list(registry)),
    ports.rotations.get(registry, name),
  ]);
  const found = made instanceof LarderError ? undefined : setByName(made, name);
  const view = credentialSetView(registry, found, after, ports.ambient.now());
  return { view: { ...view, notes }, created };
}

function newRecord(
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
function secretsOf(
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

/** The record as it was, with the new policy and the set's present secrets. */
function adopted(
  wanted: Omit<RotationRecord, "policy">,
  before: RotationRecord | undefined,
  policy: RotationPolicy,
): RotationRecord {
  if (!before) return { ...wanted, policy };
  const { loginServer, usernameSecretId, passwordSecretId } = wanted;
  const elsewhere =
    passwordSecretId !== before.passwordSecretId || before.policy.account !== policy.account;
  const changed = elsewhere || before.policy.mode !== policy.mode;
  const running = runningRotation(before);
  // One that only waits for a person has made nothing yet.
  if (running && running.state !== "waiting" && changed)
    throw new LarderError("conflict", {
      code: "RotationRunning",
      target: "rotation",
      message: `Rotation ${running.id} is under way, and mode, account and secrets cannot change before it has ended. Other fields can.`,
    });
  // What is known of other secrets or another account says nothing about these.
  return {
    ...before,
    loginServer,
    usernameSecretId,
    passwordSecretId,
    policy,
    notBefore: undefined,
    ...(changed && { live: undefined, rotations: before.rotations.filter(isRetiring) }),
    ...(elsewhere && { rotations: [] }),
  };
}
