import type { CredentialSetView } from "../domain/credential-set-view.ts";
import { LarderError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import { allRules } from "./list-rules.ts";
import type { ViewPorts } from "./list-tags.ts";
import { orProblem } from "./or-problem.ts";
import { credentialSetView, listCredentialSets } from "./read-credential-set.ts";
import { type Freshness, readFreshness } from "./read-freshness.ts";
import type { RuleView } from "./read-rule.ts";

export interface RegistryStatus {
  readonly name: string;
  readonly loginServer?: string | undefined;
  readonly rules: readonly RuleView[];
  readonly credentialSets: readonly CredentialSetView[];
  /** Why the sets are as ACR alone shows them, without what Larder does with their tokens, if so. */
  readonly rotationProblem?: string | undefined;
  /** Absent when state storage did not answer. */
  readonly freshness?: Freshness | undefined;
  /** Why the registry could not be read, if so. */
  readonly problem?: string | undefined;
}

type StatusPorts = Pick<Ports, "registries" | "cacheRules"> &
  ViewPorts &
  Parameters<typeof listCredentialSets>[0];

/** What the status page shows: every served registry with its rules, credential sets and freshness. One that cannot be read says why. */
export async function readStatus(
  ports: StatusPorts,
): Promise<{ readonly at: string; readonly registries: readonly RegistryStatus[] }> {
  const registries = await Promise.all(
    ports.registries.names.map((name) => readRegistry(ports, name)),
  );
  return { at: ports.ambient.now(), registries };
}

async function readRegistry(ports: StatusPorts, name: string): Promise<RegistryStatus> {
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
  ports: StatusPorts,
  name: string,
): Promise<Omit<RegistryStatus, "name" | "freshness" | "problem">> {
  const [loginServer, rules, sets] = await Promise.all([
    ports.registries.loginServer(name),
    allRules(ports, name),
    readSets(ports, name),
  ]);
  return { loginServer, rules, ...sets };
}

/** One row that cannot be read must not hide all the rest. */
async function readSets(
  ports: StatusPorts,
  registry: string,
): Promise<Pick<RegistryStatus, "credentialSets" | "rotationProblem">> {
  const views = await orProblem(listCredentialSets(ports, registry));
  if (!(views instanceof LarderError)) return { credentialSets: views };
  const sets = await ports.credentialSets.list(registry);
  const now = ports.ambient.now();
  const credentialSets = sets.map((set) => credentialSetView(registry, set, undefined, now));
  return { credentialSets, rotationProblem: views.problem.message };
}
