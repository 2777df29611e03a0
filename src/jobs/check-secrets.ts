import { sameName } from "../domain/cache-rule.ts";
import type { CredentialSet } from "../domain/credential-set.ts";
import { LarderError, type Problem, problemsError } from "../domain/errors.ts";
import { ownerOf, pendingSecretId, type RotationRecord } from "../domain/rotation.ts";
import { isRotatorSecret } from "../domain/rotator-secrets.ts";
import { sameSecretId, secretPlace } from "../domain/secret-place.ts";
import { isOwnOrClosed, isTokenForm, ownerTag } from "../domain/token-marks.ts";
import type { RotationPorts } from "./rotation-site.ts";
import { allSets } from "./sets-with-secret.ts";

/**
 * Whoever may ask for a set must not have other secrets overwritten, sent to Docker Hub, or shown to ACR. Rejects with
 * everything about the named secrets that would do that.
 */
export async function checkSecrets(
  ports: RotationPorts,
  record: RotationRecord,
  set: CredentialSet | undefined,
): Promise<void> {
  const problems = [...namesOf(record, set), ...(set ? [] : await vaultsOf(ports, record))];
  const [first, ...more] = problems;
  if (first) throw problemsError("invalid", [first, ...more]);
  await checkApart(ports, record);
  await checkFree(ports, record, set);
}

function namesOf(record: RotationRecord, set: CredentialSet | undefined): readonly Problem[] {
  const ids = idsOf(record);
  const problems: Problem[] = [];
  if (
    sameSecretId(ids.usernameSecretId, ids.passwordSecretId) ||
    sameSecretId(ids.usernameSecretId, pendingSecretId(record))
  )
    problems.push({
      code: "SecretIdsEqual",
      target: "passwordSecretId",
      message:
        'User name, token and pending token (the token\'s name and "-pending") cannot lie in one secret.',
    });
  for (const [target, id] of Object.entries(ids)) {
    if (isRotatorSecret(id))
      problems.push({
        code: "SecretReserved",
        target,
        message: `"${secretPlace(id)?.secret}" is a name for the login that only Larder may read. ACR must not see it: name another secret.`,
      });
    if ((secretPlace(id)?.secret.length ?? 0) > longestName)
      problems.push({
        code: "SecretNameTooLong",
        target,
        message: `The name of that secret leaves no room for "-pending": it may have ${longestName} characters.`,
      });
  }
  for (const id of set ? [set.usernameSecretId, set.passwordSecretId] : [])
    if (secretPlace(id)?.version !== undefined) problems.push(pinned(set?.name ?? "", id));
  return problems;
}

/** Of 127 that Key Vault allows. */
const longestName = 127 - "-pending".length;

const idsOf = ({ usernameSecretId, passwordSecretId }: RotationRecord) => ({
  usernameSecretId,
  passwordSecretId,
});

/** ACR would go on reading that version, and a token that is renewed would never reach it. */
export function pinned(name: string, id: string): Problem {
  const plain = id.replace(/\/[^/]*\/?$/, "");
  return {
    code: "SecretVersionPinned",
    target: "name",
    message: `Credential set "${name}" reads one version of a secret, ${id}, so that ACR would never see a renewed token. Give it the id without the version first: az acr credential-set update … with ${plain}.`,
  };
}

/** A vault that nobody has used for sets here may be anybody's: a token would be made for them. */
async function vaultsOf(ports: RotationPorts, record: RotationRecord): Promise<readonly Problem[]> {
  const { sets } = await allSets(ports, record.registry);
  const used = new Set(
    sets.flatMap(({ set }) => [
      secretPlace(set.usernameSecretId)?.host,
      secretPlace(set.passwordSecretId)?.host,
    ]),
  );
  const { vaultsForNewSets } = ports.rotationSettings;
  return Object.entries(idsOf(record)).flatMap(([target, id]) => {
    const place = secretPlace(id);
    if (!place || used.has(place.host) || vaultsForNewSets.includes(place.vault)) return [];
    return {
      code: "VaultNotKnown",
      target,
      message: `No credential set of a served registry has its secrets in ${place.host}, and GRANT_VAULTS does not name that vault, so Larder makes no set there.`,
    };
  });
}

/** One secret cannot be what a set reads and where another set's next token waits. */
async function checkApart(ports: RotationPorts, record: RotationRecord): Promise<void> {
  const { registry, name } = record;
  const isOwn = (one: { readonly registry: string; readonly name: string }) =>
    sameName(one.registry, registry) && sameName(one.name, name);
  const [{ sets }, listed] = await Promise.all([
    allSets(ports, registry),
    Promise.all(ports.registries.names.map((one) => ports.rotations.list(one))),
  ]);
  const others = [
    ...sets.map((one) => ({ registry: one.registry, ...one.set, pending: undefined })),
    ...listed
      .flatMap(({ records }) => records)
      .map(({ value }) => ({ ...value, pending: pendingSecretId(value) })),
  ].filter((one) => !isOwn(one));
  const pending = pendingSecretId(record);
  for (const other of others) {
    const { usernameSecretId: user, passwordSecretId: live } = other;
    const same = (a: string, b: string | undefined) => b !== undefined && sameSecretId(a, b);
    const clash =
      same(pending, live) ||
      same(pending, user) ||
      same(record.passwordSecretId, user) ||
      same(record.passwordSecretId, other.pending) ||
      same(record.usernameSecretId, live) ||
      same(record.usernameSecretId, other.pending);
    if (clash)
      throw new LarderError("conflict", {
        code: "SecretOfAnotherSet",
        target: "passwordSecretId",
        message: `Credential set "${other.name}" of ${other.registry} has a secret that would be this set's user name, token or pending token (${pending}). Give one of the two other secrets.`,
      });
  }
}

/** What lies there must be Larder's own or a token; a set that ACR has already names its own live secret. */
async function checkFree(
  { secrets }: RotationPorts,
  record: RotationRecord,
  set: CredentialSet | undefined,
): Promise<void> {
  const written = set
    ? [pendingSecretId(record)]
    : [record.passwordSecretId, pendingSecretId(record)];
  for (const id of written) {
    const held = await secrets.get(id);
    if (!held || held.tags[ownerTag] === ownerOf(record)) continue;
    if (id === pendingSecretId(record) && isOwnOrClosed(record, held)) continue;
    if (held.value && isTokenForm(held.value.reveal())) continue;
    throw new LarderError("conflict", {
      code: "SecretTaken",
      target: "passwordSecretId",
      message: `There is a secret ${id} already, and what it holds is no Docker access token. Larder would overwrite it: name another secret, or remove that one.`,
    });
  }
}
