import type { CredentialSet } from "./credential-set.ts";
import { pendingSecretId, type RotationRecord, runningRotation } from "./rotation.ts";

/** An error of a set's health that is known, and what to do about it. */
interface Known {
  /** Fits code and message together. */
  readonly sign: RegExp;
  readonly remedy: (set: CredentialSet, record: RotationRecord | undefined) => string;
}

/**
 * No list of codes is documented (facts/acr.md section 1), and Key Vault calls many things "Forbidden",
 * so its message counts, too. The first line that fits is taken.
 */
const known: readonly Known[] = [
  {
    sign: /ForbiddenBy(Firewall|Connection)|client address is not authorized|not a trusted service|public network access is disabled/i,
    remedy: openFirewall,
  },
  { sign: /SecretDisabled|disabled secret/i, remedy: enable },
  { sign: /SecretNotFound|secret .*was not found/i, remedy: putBack },
  { sign: /Forbidden|secrets get permission|not authorized to perform action/i, remedy: grant },
  { sign: /sequence contains no elements/i, remedy: askAzure },
  { sign: /rate.?limit.*header|header.*rate.?limit/i, remedy: leavePaidPlan },
  { sign: /TooManyRequests|too many requests|\b429\b/i, remedy: wait },
  {
    sign: /unauthori[sz]ed|authentication (failed|required)|incorrect username|\b401\b/i,
    remedy: renewLogin,
  },
];

/**
 * What to do about an unhealthy set, in one to three sentences for a person; about an error nobody knows, the two
 * likely things. `record`: of a set that Larder renews, where the caller has it.
 */
export function credentialSetRemedy(set: CredentialSet, record?: RotationRecord): string {
  const { errorCode = "", errorMessage = "" } = set.health;
  const found = known.find(({ sign }) => sign.test(`${errorCode}: ${errorMessage}`));
  if (found) return found.remedy(set, record);
  return `${grant(set)} If it has that already, ${set.loginServer} may refuse the login: ${newToken(set)}`;
}

const secretsOf = ({ usernameSecretId, passwordSecretId }: CredentialSet) =>
  `${usernameSecretId} and ${passwordSecretId}`;

function grant(set: CredentialSet): string {
  const identity = set.principalId ? `identity ${set.principalId}` : "system-assigned identity";
  return (
    `Give the credential set's own ${identity} the role "Key Vault Secrets User" on the secrets ${secretsOf(set)} ` +
    `(in a vault with access policies: the secret permission "get"), and allow it up to ten minutes to work.`
  );
}

/** That ACR reads secrets as a trusted service is inferred (facts/acr.md section 3). */
function openFirewall(set: CredentialSet): string {
  return `The vault's firewall keeps ACR out: let trusted Microsoft services through the firewall of the vault with the secrets ${secretsOf(set)}. No role or access policy helps here.`;
}

function enable(set: CredentialSet): string {
  return `The newest version of a secret is disabled, and ACR reads no other: enable it, or put in a new version, of ${secretsOf(set)}.`;
}

function putBack(set: CredentialSet, record: RotationRecord | undefined): string {
  if (record && awaitsFirstToken(record)) return awaitFirst(record);
  return `A secret is missing, deleted or disabled: look for ${secretsOf(set)}, recover what was deleted, or write it again.`;
}

/** Whether there never was a token in the live secret, as far as Larder knows, and one is under way. */
function awaitsFirstToken(record: RotationRecord): boolean {
  const { live, creates, rotations, ended } = record;
  if (live || [...rotations, ...ended].some(({ promotedAt }) => promotedAt !== undefined))
    return false;
  return creates === true || runningRotation(record) !== undefined;
}

function awaitFirst(record: RotationRecord): string {
  const { policy, passwordSecretId } = record;
  const first = `The first token is awaited, and until then there is none in ${passwordSecretId}`;
  if (policy.mode === "managed")
    return `${first}: it is being made, and Larder writes it there itself. What a person must do for that, if anything, is told with the rotation.`;
  const pending = `the pending secret ${pendingSecretId(record)}`;
  const { state = "waiting" } = runningRotation(record) ?? {};
  return state === "waiting"
    ? `${first}: put it into ${pending}, as the rotation's to-do says, and Larder tests it and writes it there.`
    : `${first}: it lies in ${pending}, and Larder tests it and writes it there.`;
}

/** Azure/acr#893: a regression of ACR, which ACR's own team took back. */
function askAzure({ name }: CredentialSet): string {
  return `This is a fault of ACR itself and not of the login (Azure/acr#893). Have ACR read the set "${name}" again by sending it its own secret ids ("az acr credential-set update"), wait an hour, and ask Azure support if it stays; renewing the token does not help.`;
}

/** Azure/acr#779: Docker Hub sends no rate-limit headers where a plan has no limit. */
function leavePaidPlan({ loginServer }: CredentialSet): string {
  return `ACR misses rate-limit headers, which ${loginServer} does not send to paid plans (Azure/acr#779): the login works, and the token need not be renewed. Check that images are pulled; set POLICY_UNHEALTHY_CREDENTIAL_SET to warn so that rules may use the set, and ask Azure support if pulls fail.`;
}

function wait({ loginServer }: CredentialSet): string {
  return `${loginServer} answers ACR that too much was asked of it: wait until its limit is over, and give the account a larger one if this comes again. The login itself was not refused.`;
}

function renewLogin(set: CredentialSet): string {
  return `${set.loginServer} refuses the login: ${newToken(set)}`;
}

const newToken = ({ usernameSecretId, passwordSecretId }: CredentialSet) =>
  `the token in ${passwordSecretId} has expired, was revoked, or is not of the account that ${usernameSecretId} names. ` +
  "Put a working token of that account in as a new version of the secret.";
