import { type KeyRange, keyAfter } from "./read-rows.ts";
import { keyBounds, repositoryKey } from "./repository-keys.ts";
import { partitionOf } from "./rule-keys.ts";

/*
 * Keys of the table `tags`. A registry is one partition and holds four kinds of rows: states of
 * repositories, tags, pins and superseded manifests. One partition, so that states are one range and
 * what is found out about a repository is written with its state or not at all.
 */

export const tagsTable = "tags";

const prefixes = {
  state: "state:",
  tag: "tag:",
  pin: "pin:",
  superseded: "superseded:",
} as const;

/** Where the state of a repository is. */
export function stateKey(registry: string, repository: string) {
  return {
    partitionKey: partitionOf(registry),
    rowKey: repositoryKey(prefixes.state, repository),
  };
}

export function statesRange(registry: string): KeyRange {
  return { partitionKey: partitionOf(registry), ...keyBounds(prefixes.state) };
}

type Kind = "tag" | "pin" | "superseded";

/** `name` is a tag, or a digest. */
export function rowKeyOf(kind: Kind, repository: string, name: string): string {
  return repositoryKey(prefixes[kind], repository, name);
}

/** The rows of one kind, of one repository or of all. */
export function rangeOf(kind: Kind, registry: string, repository?: string): KeyRange {
  return { partitionKey: partitionOf(registry), ...keyBounds(prefixes[kind], repository) };
}

/** Tags with `after` < tag <= `through`. */
export function tagsBetween(
  registry: string,
  repository: string,
  after: string | undefined,
  through: string | undefined,
): KeyRange {
  const all = rangeOf("tag", registry, repository);
  const past = (tag: string) => keyAfter(rowKeyOf("tag", repository, tag));
  return {
    ...all,
    ...(after !== undefined && { from: past(after) }),
    ...(through !== undefined && { before: past(through) }),
  };
}
