import { type LiveRule, type Mapping, maximumRules } from "../../src/domain/cache-rule.ts";
import { LarderError } from "../../src/domain/errors.ts";

/** What ARM knows when it judges a new rule. */
interface Facts {
  readonly name: string;
  readonly rule: Mapping & { readonly credentialSet?: string | undefined };
  /** The registry's other rules. */
  readonly rules: readonly LiveRule[];
  readonly credentialSets: readonly string[];
  readonly repositories: readonly string[];
}

/**
 * ACR's own refusals (facts/acr.md section 1). Codes with a source are ACR's; no source tells the
 * others, so they start with "sim:" as the stand-in's do.
 */
export function refuseAsArm(facts: Facts): void {
  const { name, rule, rules, repositories } = facts;
  if (!/^[a-zA-Z0-9-]{5,50}$/.test(name)) no("sim:InvalidRuleName", `Bad rule name ${name}.`);
  if (rule.source.startsWith("docker.io/") && rule.credentialSet === undefined)
    no(
      "EnforceDockerAuthentication",
      "Cannot create cache rule pointing to Docker Hub without credentials.",
    );
  const wanted = rule.credentialSet?.toLowerCase();
  if (wanted !== undefined && !facts.credentialSets.some((set) => set.toLowerCase() === wanted))
    no("sim:CredentialSetNotFound", `There is no credential set ${rule.credentialSet}.`);
  if (rules.length >= maximumRules) no("sim:TooManyCacheRules", "The registry has 1000 rules.");
  const rival = rules.find((one) => targetsClash(one.target, rule.target));
  if (rival) no("sim:OverlappingTarget", `Target ${rule.target} overlaps rule ${rival.name}.`);
  const prefix = wildcardPrefix(rule.target);
  if (prefix === undefined && repositories.includes(rule.target))
    no("sim:TargetRepositoryExists", `Repository ${rule.target} exists already.`);
  if (prefix !== undefined && repositories.some((one) => one.startsWith(prefix)))
    no(
      "TargetRepositoryPrefixMatchesExistingRegistries",
      `There are one or more target repositories in the registry which match the target repository prefix '${rule.target}'.`,
    );
}

/** "grafana/" of "grafana/*", "" of "*", undefined of a static target. */
function wildcardPrefix(target: string): string | undefined {
  return target.endsWith("*") ? target.slice(0, -1) : undefined;
}

function targetsClash(a: string, b: string): boolean {
  const [first, second] = [wildcardPrefix(a), wildcardPrefix(b)];
  if (first === undefined || second === undefined) return a === b;
  return first.startsWith(second) || second.startsWith(first);
}

function no(code: string, message: string): never {
  throw new LarderError("refused", { code, message });
}
