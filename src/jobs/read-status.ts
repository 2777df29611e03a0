import type { CredentialSet } from "../domain/credential-set.ts";
import { LarderError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import { allRules } from "./list-rules.ts";
import type { ViewPorts } from "./list-tags.ts";
import { orProblem } from "./or-problem.ts";
import { type Freshness, readFreshness } from "./read-freshness.ts";
import type { RuleView } from "./read-rule.ts";

export interface RegistryStatus {
  readonly name: string;
  readonly loginServer?: string | undefined;
  readonly rules: readonly RuleView[];
  readonly credentialSets: readonly CredentialSet[];
  /** Absent when state storage did not answer. */
  readonly freshness?: Freshness | undefined;
  /** Why the registry could not be read, if so. */
  readonly problem?: string | undefined;
}

/** What the status page shows: every served registry with its rules, credential sets and freshness. One that cannot be read says why. */
export async function readStatus(
  ports: Pick<Ports, "registries" | "cacheRules" | "credentialSets"> & ViewPorts,
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
  // Freshness is recorded, so it is told also while ARM does not answer.
  const [read, fresh] = await Promise.all([
    orProblem(readRules(ports, name)),
    orProblem(readFreshness(ports, name)),
  ]);
  const freshness = fresh instanceof LarderError ? undefined : fresh;
  if (!(read instanceof LarderError)) return { name, ...read, freshness };
  return { name, rules: [], credentialSets: [], freshness, problem: read.message };
}

async function readRules(
  ports: Parameters<typeof readStatus>[0],
  name: string,
): Promise<Pick<RegistryStatus, "loginServer" | "rules" | "credentialSets">> {
  const [loginServer, rules, credentialSets] = await Promise.all([
    ports.registries.loginServer(name),
    allRules(ports, name),
    ports.credentialSets.list(name),
  ]);
  return { loginServer, rules, credentialSets };
}
