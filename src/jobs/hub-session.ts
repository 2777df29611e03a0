import { isReason, LarderError } from "../domain/errors.ts";
import type { RotationRecord } from "../domain/rotation.ts";
import type { HubSession } from "../domain/rotation-ports.ts";
import { rotatorSecrets } from "../domain/rotator-secrets.ts";
import { secretPlace } from "../domain/secret-place.ts";
import { plusSeconds } from "../domain/time.ts";
import type { RotationPorts } from "./rotation-site.ts";

type SessionPorts = Pick<RotationPorts, "ambient" | "hubLogins" | "secrets" | "rotationSettings">;

/** A session that ends within this is not used any more, seconds. */
const margin = 60;

/** The sessions of one run: the account signs in once, and again when the session is near its end. */
export function hubSessions(
  ports: SessionPorts,
  record: () => RotationRecord,
): () => Promise<HubSession> {
  let held: HubSession | undefined;
  return async () => {
    if (!held || held.until <= plusSeconds(ports.ambient.now(), margin))
      held = await signIn(ports, record());
    return held;
  };
}

/**
 * Signs the account of a managed set in, with its password and TOTP seed from the rotator's vault. `refused`
 * with the remedy when Docker Hub will not have it; `missing` `AccountPasswordMissing` when there is no password. A seed that Larder
 * may not read is `lacksRight` only where Docker Hub asks for it: an account without two-factor login has none.
 */
export async function signIn(
  { hubLogins, secrets, rotationSettings }: SessionPorts,
  record: Pick<RotationRecord, "policy" | "passwordSecretId">,
): Promise<HubSession> {
  const { account } = record.policy;
  const { passwordId, totpSeedId } = rotatorSecrets(record, rotationSettings.rotatorVault);
  const [password, seed] = await Promise.all([
    secrets.get(passwordId),
    secrets.get(totpSeedId).catch(forbidden),
  ]);
  if (!password?.value) throw passwordMissing(account, passwordId);
  const closed = seed instanceof LarderError;
  const answer = await hubLogins.signIn(account, password.value, closed ? undefined : seed?.value);
  if (answer.kind === "session") return answer.session;
  if (closed && answer.kind === "secondFactorNeeded")
    throw seedForbidden(account, totpSeedId, seed);
  throw new LarderError("refused", { code: codes[answer.kind], message: answer.message });
}

const codes = {
  passwordRefused: "AccountPasswordRefused",
  secondFactorNeeded: "SecondFactorNeeded",
  secondFactorRefused: "SecondFactorRefused",
} as const;

/** Key Vault answers so whether or not there is such a secret. */
function forbidden(error: unknown): LarderError {
  if (isReason(error, "lacksRight")) return error;
  throw error;
}

function seedForbidden(account: string, totpSeedId: string, { problem }: LarderError): LarderError {
  const { vault, secret: name } = secretPlace(totpSeedId) ?? { vault: "", secret: "" };
  return new LarderError("lacksRight", {
    ...problem,
    message: `Docker Hub asks for the second factor of "${account}", and Larder may not read its TOTP seed, secret "${name}" of vault "${vault}". ${problem.message}`,
  });
}

function passwordMissing(account: string, passwordId: string): LarderError {
  const { vault, secret: name } = secretPlace(passwordId) ?? { vault: "", secret: "" };
  return new LarderError("missing", {
    code: "AccountPasswordMissing",
    target: "rotation.account",
    message: `There is no password of Docker account "${account}" in secret "${name}" of vault "${vault}". Put it there: az keyvault secret set --vault-name ${vault} --name ${name} --file <file>; or use mode "assisted".`,
  });
}
