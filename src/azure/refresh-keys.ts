import { registryOfOperation } from "../domain/operation.ts";
import { type KeyRange, keyAfter } from "./read-rows.ts";
import { keyBounds, repositoryKey } from "./repository-keys.ts";
import { partitionOf } from "./rule-keys.ts";

/*
 * Keys of the table `refreshes`. The refreshes of a registry are one partition, "runs:contoso", so that
 * open ones are found together; the rows of each are a partition of their own, named by its id, so that
 * many workers can write to them.
 */

export const refreshesTable = "refreshes";

const progressPrefix = "progress:";
const resultPrefix = "result:";

interface Key {
  readonly partitionKey: string;
  readonly rowKey: string;
}

const runsOf = (registry: string) => `runs:${partitionOf(registry)}`;

/** undefined for an id that cannot be one of ours. */
export function runKey(id: string): Key | undefined {
  if (!/^[a-zA-Z0-9]{1,50}-[a-zA-Z0-9-]{1,100}$/.test(id)) return undefined;
  return { partitionKey: runsOf(registryOfOperation(id)), rowKey: id.toLowerCase() };
}

/** All refreshes of a registry. */
export function runsRange(registry: string): KeyRange {
  // Ids begin with the registry's name and a hyphen; a full stop follows it.
  const [from, before] = [`${partitionOf(registry)}-`, `${partitionOf(registry)}.`];
  return { partitionKey: runsOf(registry), from, before };
}

export function progressKey(id: string, repository: string): Key {
  return { partitionKey: partitionOf(id), rowKey: repositoryKey(progressPrefix, repository) };
}

export function progressRange(id: string): KeyRange {
  return { partitionKey: partitionOf(id), ...keyBounds(progressPrefix) };
}

export function resultKey(id: string, repository: string, tag: string): Key {
  return { partitionKey: partitionOf(id), rowKey: repositoryKey(resultPrefix, repository, tag) };
}

/** Results of all repositories. */
export function resultsRange(id: string): KeyRange {
  return { partitionKey: partitionOf(id), ...keyBounds(resultPrefix) };
}

/** Results of the tags from `first` to `last`. */
export function resultsBetween(
  id: string,
  repository: string,
  first: string,
  last: string,
): KeyRange {
  const { partitionKey, rowKey } = resultKey(id, repository, first);
  return { partitionKey, from: rowKey, before: keyAfter(resultKey(id, repository, last).rowKey) };
}
