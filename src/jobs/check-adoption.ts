import type { CredentialSet } from "../domain/credential-set.ts";
import { LarderError, type Problem, problemsError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import type { RotationRecord } from "../domain/rotation.ts";
import type { UnreadableRotation } from "../domain/rotation-ports.ts";
import { sameSecretId } from "../domain/secret-place.ts";
import { checkSecrets } from "./check-secrets.ts";
import { signIn } from "./hub-session.ts";
import { readLive } from "./live-token.ts";
import { orProblem } from "./or-problem.ts";
import { pullCanary } from "./pull-canary.ts";
import type { RotationPorts } from "./rotation-site.ts";

/**
 * Everything that would keep a set's token from being renewed, before it is recorded: rejects with it, or answers
 * what is worth knowing besides. What could not be asked now is a note, not a refusal.
 */
export async function checkAdoption(
  ports: RotationPorts & Pick<Ports, "tags">,
  record: RotationRecord,
  set: CredentialSet | undefined,
): Promise<readonly string[]> {
  checkForm(record, set);
  await checkSecrets(ports, record, set);
  await checkShared(ports, record);
  const notes = [
    ...(await checkUserName(ports, record, set)),
    ...(await checkPassword(ports, record)),
    ...(await checkLive(ports, record)),
    ...(await checkCanary(ports, record)),
  ];
  return notes;
}

function checkForm(record: RotationRecord, set: CredentialSet | undefined): void {
  const { loginServer, usernameSecretId, passwordSecretId, name } = record;
  const problems: Problem[] = [];
  if (loginServer !== "docker.io")
    problems.push({
      code: "UpstreamNotRotated",
      target: "loginServer",
      message: `Larder renews tokens of Docker Hub (docker.io) only, and credential set "${name}" is for ${loginServer}.`,
    });
  if (!set)
    for (const [target, id] of Object.entries({ usernameSecretId, passwordSecretId }))
      if (id === "")
        problems.push({
          code: "SecretIdMissing",
          target,
          message: `ACR has no credential set "${name}". To have it made, say in which vault secrets its login is to lie: ${target}, "https://{vault}.vault.azure.net/secrets/{name}". They need not exist yet.`,
        });
  const [first, ...more] = problems;
  if (first) throw problemsError("invalid", [first, ...more]);
}

/** One secret has one rotation, which sees to every set that reads it. */
async function checkShared(ports: RotationPorts, record: RotationRecord): Promise<void> {
  const { registry, name, passwordSecretId } = record;
  const listed = await Promise.all(ports.registries.names.map((one) => ports.rotations.list(one)));
  const other = listed
    .flatMap(({ records }) => records)
    .map(({ value }) => value)
    .find(
      (one) =>
        sameSecretId(one.passwordSecretId, passwordSecretId) &&
        !(one.registry === registry && one.name.toLowerCase() === name.toLowerCase()),
    );
  if (other)
    throw new LarderError("conflict", {
      code: "SecretRenewedAlready",
      target: "passwordSecretId",
      message: `Credential set "${other.name}" of ${other.registry} reads the same secret, and its rotation sees to this set, too. Nothing is to be done.`,
    });
  for (const [at, { unreadable }] of listed.entries())
    await checkUnreadable(ports, record, ports.registries.names[at] ?? "", unreadable);
}

/** A record that cannot be read may be of the same secret, unless ACR shows that its set reads another one. */
async function checkUnreadable(
  { credentialSets }: RotationPorts,
  { passwordSecretId }: RotationRecord,
  registry: string,
  unreadable: readonly UnreadableRotation[],
): Promise<void> {
  if (unreadable.length === 0) return;
  const sets = await credentialSets.list(registry);
  const unsure = unreadable.find(({ name }) => {
    const set = sets.find((one) => one.name.toLowerCase() === name);
    return !set || sameSecretId(set.passwordSecretId, passwordSecretId);
  });
  if (unsure)
    throw new LarderError("unavailable", {
      code: "SecretMayBeRenewedAlready",
      target: "passwordSecretId",
      message: `Whether credential set "${unsure.name}" of ${registry} has the same secret renewed cannot be told. ${unsure.problem.message}`,
    });
}

async function checkUserName(
  { secrets }: RotationPorts,
  { usernameSecretId, policy }: RotationRecord,
  set: CredentialSet | undefined,
): Promise<readonly string[]> {
  const held = await secrets.get(usernameSecretId);
  const name = held?.value?.reveal().trim();
  if (name === undefined && !set) return [];
  if (name?.toLowerCase() === policy.account.toLowerCase()) return [];
  const found = name === undefined ? "there is no user name" : "there is another user name";
  throw new LarderError("conflict", {
    code: "UserNameDiffers",
    target: "rotation.account",
    message: `In ${usernameSecretId} ${found} than "${policy.account}". The registry takes a token only under its own account's name: give that account, or put its name there.`,
  });
}

/** Managed: the account must be able to sign in, now and not only in the night when it is needed. */
async function checkPassword(
  ports: RotationPorts,
  record: RotationRecord,
): Promise<readonly string[]> {
  if (record.policy.mode !== "managed") return [];
  const answer = await orProblem(signIn(ports, record));
  if (!(answer instanceof LarderError)) return [];
  const { problem, reason } = answer;
  if (reason === "unavailable")
    return [
      `Whether account "${record.policy.account}" can sign in could not be tried: ${problem.message}`,
    ];
  throw new LarderError(reason === "lacksRight" ? reason : "conflict", {
    ...problem,
    target: "rotation.account",
  });
}

async function checkLive(ports: RotationPorts, record: RotationRecord): Promise<readonly string[]> {
  const { secret, identity, problem } = await readLive(ports, record);
  if (!secret) return [];
  if (!secret.value)
    return ["The newest version of the live secret is disabled: ACR cannot read it."];
  if (problem) return [`The live token could not be tried: ${problem.problem.message}`];
  if (identity === "refused")
    return ["Docker Hub refuses the live token, so that a new one is wanted at once."];
  const { kind, username } = identity ?? {};
  if (kind === "password")
    return [
      "The live secret holds the account's password. A token takes its place with the first rotation.",
    ];
  if (username === undefined || username.toLowerCase() === record.policy.account.toLowerCase())
    return [];
  throw new LarderError("conflict", {
    code: "TokenOfAnotherAccount",
    target: "rotation.account",
    message: `The live token belongs to "${username}", not to "${record.policy.account}".`,
  });
}

async function checkCanary(
  ports: RotationPorts,
  record: RotationRecord,
): Promise<readonly string[]> {
  const pulled = await orProblem(pullCanary(ports, record));
  if (record.policy.canary === undefined || pulled === true) return [];
  return pulled === undefined
    ? [
        `No active rule with this credential set caches the canary "${record.policy.canary}", so that nothing is pulled as proof.`,
      ]
    : [`The canary "${record.policy.canary}" cannot be pulled through the registry now.`];
}
