import { pendingSecretId, type RotationRecord } from "./rotation.ts";
import { secretPlace } from "./secret-place.ts";

type Instructed = Pick<RotationRecord, "policy" | "passwordSecretId" | "live" | "ended">;

/** What a person is to do in assisted mode, in the exact words. */
export function tokenInstructions(record: Instructed): string {
  const { vault, secret: name } = secretPlace(pendingSecretId(record)) ?? { vault: "", secret: "" };
  return `${howToMake(record)} Put it into the pending secret with its own expiry: az keyvault secret set --vault-name ${vault} --name ${name} --file <file> --expires <yyyy-mm-ddThh:mm:ssZ>. Larder tests it, puts it to use and proves it.`;
}

const personalPage = "https://app.docker.com/settings/personal-access-tokens";
const organizationPage = "in Docker's Admin Console (Access tokens)";
const limits = "10 with Team, 100 with Business, expired ones included";

/** In the words of the account's own kind: an organization has no scopes of the policy's, but limits (facts/docker-hub.md section 1). */
function howToMake(record: Instructed): string {
  const { account, scope } = record.policy;
  const rights =
    scope === "repo:public_read"
      ? "the right to pull public repositories (*/*/public)"
      : "the right to pull what is cached, at most 50 repositories (public ones together: */*/public)";
  switch (kindOf(record)) {
    case "personal":
      return `Make an access token for Docker account "${account}" with scope "${scope}" at ${personalPage}.`;
    case "organization":
      return `Have an owner of organization "${account}" make an organization access token ${organizationPage}, with ${rights}, and not to push; its user name is "${account}". The organization may have only so many (${limits}): delete an expired one first.`;
    case undefined:
      return `Make an access token for "${account}". A Docker account's: with scope "${scope}", at ${personalPage}. An organization's: an owner makes it ${organizationPage}, with ${rights}; of those there may be only so many (${limits}).`;
  }
}

/** Whose tokens the account has, as far as the live token or an earlier one showed; only a person's account has a password. */
function kindOf({ live, ended }: Instructed): "personal" | "organization" | undefined {
  const kind = live?.kind ?? ended.find(({ state }) => state === "done")?.newKind;
  return kind === "password" ? "personal" : kind;
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
