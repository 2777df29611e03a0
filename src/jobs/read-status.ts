import type { CredentialSet } from "../domain/credential-set.ts";
import { LarderError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import { allRules } from "./list-rules.ts";
import type { RuleView } from "./read-rule.ts";

export interface RegistryStatus {
  readonly name: string;
  readonly loginServer?: string | undefined;
  readonly rules: readonly RuleView[];
  readonly credentialSets: readonly CredentialSet[];
  /** Why the registry could not be read, if so. */
  readonly problem?: string | undefined;
}

/** What the status page shows: every served registry with its rules and credential sets. One that cannot be read says why. */
export async function readStatus(
  ports: Pick<Ports, "registries" | "rules" | "cacheRules" | "credentialSets" | "ambient">,
): Promise<{ readonly at: string; readonly registries: readonly RegistryStatus[] }> {
  const registries = await Promise.all(
    ports.registries.names.map((name) => readRegistry(ports, name)),
  );
  return { at: ports.ambient.now(), registries };
}

async function readRegistry(
  ports: Parameters<typeof readStatus>[0],
  name: string,
): Promise<RegistryStatus> {
  try {
    const [loginServer, rules, credentialSets] = await Promise.all([
      ports.registries.loginServer(name),
      allRules(ports, name),
      ports.credentialSets.list(name),
    ]);
    return { name, loginServer, rules, credentialSets };
  } catch (error) {
    if (!(error instanceof LarderError)) throw error;
    return { name, rules: [], credentialSets: [], problem: error.message };
  }
}
