import type { Resources } from "./resources.ts";

export interface RuleProperties {
  readonly sourceRepository: string;
  readonly targetRepository: string;
  readonly credentialSetResourceId?: string | undefined;
}

export interface Rule extends RuleProperties {
  readonly name: string;
}

/** What a repository is pulled from: "docker.io" and "library/nginx". */
export interface Source {
  readonly upstream: string;
  readonly repository: string;
}

/** Finds the rule a repository comes under: a static one first, else the longest target prefix. */
export function ruleFinder(
  rules: Resources<RuleProperties>,
): (repository: string) => Rule | undefined {
  let built = -1;
  let byTarget = new Map<string, Rule>();
  const rebuild = (): void => {
    byTarget = new Map();
    for (const { name, properties, provisioningState } of rules.list()) {
      if (provisioningState === "Creating" || provisioningState === "Failed") continue;
      byTarget.set(properties.targetRepository, { name, ...properties });
    }
  };
  return (repository) => {
    const version = rules.version();
    if (version !== built) {
      rebuild();
      built = version;
    }
    const exact = byTarget.get(repository);
    if (exact) return exact;
    for (
      let end = repository.lastIndexOf("/");
      end > 0;
      end = repository.lastIndexOf("/", end - 1)
    ) {
      const rule = byTarget.get(`${repository.slice(0, end)}/*`);
      if (rule) return rule;
    }
    return byTarget.get("*");
  };
}

/** The upstream repository behind a repository under a rule; Docker Hub's one-segment names get "library/". */
export function sourceOf(rule: RuleProperties, repository: string): Source {
  const { sourceRepository, targetRepository } = rule;
  const rest = targetRepository.endsWith("*") ? repository.slice(targetRepository.length - 1) : "";
  const full = sourceRepository.endsWith("*")
    ? sourceRepository.slice(0, -1) + rest
    : sourceRepository;
  const cut = full.indexOf("/");
  const [upstream, path] = [full.slice(0, cut), full.slice(cut + 1)];
  const bare = upstream === "docker.io" && !path.includes("/");
  return { upstream, repository: bare ? `library/${path}` : path };
}
