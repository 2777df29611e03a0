import type { Failure } from "./cache-rule.ts";
import { type LarderError, mayRetry } from "./errors.ts";

/** What a person can do about ARM's codes, as far as they are known (facts/acr.md section 1). */
const remedies: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [
    /^EnforceDockerAuthentication$/,
    "Name a credential set for docker.io in credentialSet and ask again.",
  ],
  [
    /^TargetRepositoryPrefixMatchesExistingRegistries$|TargetRepositoryExists$/,
    "Delete the repositories in the way, or ask for another target.",
  ],
  [/^UpstreamNotSupported$/, "ACR does not cache from this upstream; ask for another source."],
  [
    /^RepositoryDeleteForbidden$/,
    'Give Larder\'s identity the role "AcrDelete" (on an ABAC registry "Container Registry Repository Contributor"), then DELETE again.',
  ],
  [/Quota|TooMany|MaximumRules/, "Delete a rule that is no longer used, then ask again."],
  [
    /Overlap|TargetInUse/,
    "Another rule holds this target: use that rule, or ask for another target.",
  ],
];

const missingRight =
  'Give Larder\'s identity the role "Container Registry Cache Rule Administrator" on the registry (and "Container Registry Credential Set Reader" where a set is used; to see the end of a deletion also the action locations/operationResults/read), then ask again.';
const otherwise = "Mend what the message names, then send the same request again.";

/** Why ARM would not have the rule, in a form that is kept with the record. */
export function failureOf(error: LarderError): Failure {
  const { code, message, target } = error.problem;
  const known = remedies.find(([pattern]) => pattern.test(code));
  const right = error.reason === "lacksRight" || /^(Linked)?AuthorizationFailed$/.test(code);
  return { code, message, target, remedy: known?.[1] ?? (right ? missingRight : otherwise) };
}

/** How ARM says that something else is under way on the resource. Other conflicts are for good. */
const underWay = /InProgress|AnotherOperation|Busy|^(Resource)?Conflict$/i;

/** Whether the same step can succeed later without anybody changing anything. */
export function passes(error: LarderError): boolean {
  return mayRetry(error) || (error.reason === "conflict" && underWay.test(error.problem.code));
}

/** The failure of a rule that waited too long. */
export function gaveUp(attempts: number, last: string): Failure {
  return {
    code: "GaveUp",
    message: `ARM could not be brought to it in two hours and ${attempts} tries. The last answer: ${last}`,
    remedy: "When ARM answers again, send the same request again.",
  };
}

/** The failure of a rule whose worker broke: a bug, whose details are in the log and the poison queue only. */
export const workerBroke: Failure = {
  code: "InternalError",
  message: "Larder itself failed on the rule; the message lies in the poison queue.",
  remedy:
    "Look the failure up in the logs under the rule's name, then send the same request again.",
};
