import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Repositories of one upstream with the tags that are cached, and which of those moved. */
export interface Workload {
  /** "official", or the number of tags of a made-up one. */
  readonly name: WorkloadName;
  readonly repositories: readonly {
    readonly name: string;
    readonly tags: readonly string[];
    readonly stale: ReadonlySet<string>;
  }[];
  readonly tags: number;
  readonly stale: number;
}

export type WorkloadName = "official" | number;

export const platforms = ["linux/amd64", "linux/arm64"] as const;

/** Tags of a repository in a made-up workload. */
const tagsEach = 100;
/** Share of stale tags in a made-up workload. */
const staleShare = 0.01;
const officialStale = 1753;

/** The same in every process. */
export function workload(name: WorkloadName): Workload {
  return name === "official" ? official() : madeUp(name);
}

function official(): Workload {
  const text = readFileSync(join(import.meta.dirname, "official-images.json"), "utf8");
  const { repositories } = JSON.parse(text) as { repositories: Record<string, string[]> };
  return spread("official", Object.entries(repositories), officialStale);
}

function madeUp(tags: number): Workload {
  const repositories = Array.from({ length: Math.ceil(tags / tagsEach) }, (_, repository) => {
    const names = Array.from({ length: tagsEach }, (_none, tag) => `1.${repository}.${tag}`);
    return [`library/app${String(repository).padStart(4, "0")}`, names] as const;
  });
  return spread(tags, repositories, Math.round(tags * staleShare));
}

/** Exactly `stale` tags, evenly over all: those at the positions i with i × stale mod all < stale. */
function spread(
  name: WorkloadName,
  repositories: readonly (readonly [string, readonly string[]])[],
  stale: number,
): Workload {
  const all = repositories.reduce((sum, [, tags]) => sum + tags.length, 0);
  let position = 0;
  const made = repositories.map(([repository, tags]) => ({
    name: repository,
    tags,
    stale: new Set(tags.filter(() => (position++ * stale) % all < stale)),
  }));
  return { name, repositories: made, tags: all, stale };
}
