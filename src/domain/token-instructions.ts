import { pendingSecretId, type RotationRecord } from "./rotation.ts";
import { secretPlace } from "./secret-place.ts";

/** What a person is to do in assisted mode, in the exact words. */
export function tokenInstructions(
  record: Pick<RotationRecord, "policy" | "passwordSecretId">,
): string {
  const { account, scope } = record.policy;
  const { vault, secret: name } = secretPlace(pendingSecretId(record)) ?? { vault: "", secret: "" };
  return (
    `Make an access token for Docker account "${account}" with scope "${scope}" ` +
    `at https://app.docker.com/settings/personal-access-tokens (an organization's, in the Admin Console: with the right to pull what is cached), ` +
    `and put it into the pending secret with its own expiry: az keyvault secret set --vault-name ${vault} --name ${name} --file <file> --expires <yyyy-mm-ddThh:mm:ssZ>. Larder tests it, puts it to use and proves it.`
  );
}

/** How a person says when the live token ends. */
export function expiryInstructions({
  passwordSecretId,
}: Pick<RotationRecord, "passwordSecretId">): string {
  const { vault, secret: name } = secretPlace(passwordSecretId) ?? { vault: "", secret: "" };
  return `Nobody knows when the live token ends. Say so: az keyvault secret set-attributes --vault-name ${vault} --name ${name} --expires <yyyy-mm-ddThh:mm:ssZ>; or have it renewed now (POST …/rotate with force).`;
}

/** Where a person revokes a token. */
export function revokeInstructions(
  { policy }: Pick<RotationRecord, "policy">,
  uuid: string | undefined,
  kind: "personal" | "organization" | "password" | undefined,
): string {
  const which = uuid === undefined ? "the old token" : `the old token ${uuid}`;
  return kind === "organization"
    ? `Revoke ${which} of organization "${policy.account}" in Docker's Admin Console (Access tokens). Expired ones count against the organization's limit (10 with Team, 100 with Business), so delete it.`
    : `Revoke ${which} of Docker account "${policy.account}" at https://app.docker.com/settings/personal-access-tokens.`;
}
