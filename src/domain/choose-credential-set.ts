import type { CredentialSet } from "./credential-set.ts";
import { credentialSetRemedy } from "./credential-set-remedy.ts";
import type { Problem } from "./errors.ts";
import { splitSource } from "./mapping.ts";
import type { Policy } from "./policy.ts";
import { findUpstream } from "./upstream.ts";

/** The credential set a rule will use (`name` undefined: anonymous), or why there is none to use. */
export type Choice =
  | { readonly ok: true; readonly name: string | undefined; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problem: Problem };

const target = "credentialSet";
const refusal = (code: string, message: string): Choice => ({
  ok: false,
  problem: { code, target, message },
});
const listed = (sets: readonly CredentialSet[]) =>
  sets
    .map(({ name }) => name)
    .sort()
    .join(", ") || "none";

/** Picks or checks the credential set for a normalised source. Pure in its arguments; order of `sets` does not matter. */
export function chooseCredentialSet(
  requested: string | undefined,
  source: string,
  sets: readonly CredentialSet[],
  policy: Policy,
): Choice {
  const { host } = splitSource(source);
  const upstream = findUpstream(host);
  const fitting = sets.filter(({ loginServer }) => loginServer === host);
  if (requested !== undefined) {
    if (upstream?.authentication === "none") {
      return refusal(
        "CredentialSetNotAllowed",
        `${host} is pulled without credentials (${upstream.link}): leave credentialSet out.`,
      );
    }
    return checkRequested(requested, host, sets, fitting, policy);
  }
  if (upstream?.authentication !== "required") return { ok: true, name: undefined, notes: [] };
  return pick(host, fitting, policy);
}

function checkRequested(
  requested: string,
  host: string,
  sets: readonly CredentialSet[],
  fitting: readonly CredentialSet[],
  policy: Policy,
): Choice {
  const found = sets.find(({ name }) => name.toLowerCase() === requested.toLowerCase());
  if (!found) {
    return refusal(
      "CredentialSetNotFound",
      `The registry has no credential set "${requested}". For ${host} it has: ${listed(fitting)}.`,
    );
  }
  if (found.loginServer !== host) {
    return refusal(
      "CredentialSetForOtherUpstream",
      `Credential set "${found.name}" logs in to ${found.loginServer}, not to ${host}. For ${host} the registry has: ${listed(fitting)}.`,
    );
  }
  return checkHealth(found, [], policy);
}

function checkHealth(set: CredentialSet, notes: readonly string[], policy: Policy): Choice {
  if (set.health.status !== "Unhealthy") return { ok: true, name: set.name, notes };
  const told = [set.health.errorCode, set.health.errorMessage]
    .filter((text) => text !== undefined)
    .join(": ");
  const message = `ACR reports credential set "${set.name}" unhealthy${told ? ` (${told})` : ""}. ${credentialSetRemedy(set)}`;
  if (policy.unhealthyCredentialSet === "warn")
    return { ok: true, name: set.name, notes: [...notes, message] };
  return refusal("CredentialSetUnhealthy", message);
}

function pick(host: string, fitting: readonly CredentialSet[], policy: Policy): Choice {
  const healthy = fitting.filter(({ health }) => health.status !== "Unhealthy");
  const [only, ...others] = healthy.length > 0 ? healthy : fitting;
  if (!only) {
    // ACR's own code where it has one (terraform-provider-azurerm PR 27983).
    const code = host === "docker.io" ? "EnforceDockerAuthentication" : "CredentialSetRequired";
    return refusal(
      code,
      `ACR pulls from ${host} only with credentials, and the registry has no credential set for it. Create one, then name it in credentialSet.`,
    );
  }
  if (others.length > 0) {
    return refusal(
      "CredentialSetAmbiguous",
      `${host} needs a credential set and the registry has several for it: name one of ${listed([only, ...others])}.`,
    );
  }
  return checkHealth(
    only,
    [`Credential set "${only.name}" was chosen: the only usable one for ${host}.`],
    policy,
  );
}
