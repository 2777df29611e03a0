import type { Family } from "./media-types.ts";
import { type Repository, repository } from "./repository.ts";

/** Who may read a repository. */
export type Visibility = "public" | "private" | "absent";

export interface Repositories {
  visibility(upstream: string, name: string): Visibility;
  /** The repository, made on first use; undefined when it is absent. */
  find(upstream: string, name: string): Repository | undefined;
  /** Makes the repository exist, whatever its name says. */
  create(upstream: string, name: string): Repository;
  /** `{"host/repository": {tag: digest}}` of what was asked for or pushed so far. */
  state(): Record<string, Record<string, string>>;
}

const syntax =
  /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;

/** Whether the name follows the distribution specification (255 characters at most). */
export function validName(name: string): boolean {
  return name.length <= 255 && syntax.test(name);
}

/**
 * Invented: every valid name exists unless it contains "absent" or "missing" (until it is pushed to);
 * a name containing "private" needs a login. Docker Hub has no repository without a namespace.
 */
export function repositories(
  seed: string,
  familyOf: (upstream: string) => Family | undefined,
): Repositories {
  const held = new Map<string, Repository>();
  const create = (upstream: string, name: string) => {
    const key = `${upstream}/${name}`;
    const found = held.get(key) ?? repository(key, seed, familyOf(upstream));
    held.set(key, found);
    return found;
  };
  const absent = (upstream: string, name: string) =>
    !held.has(`${upstream}/${name}`) &&
    (!validName(name) ||
      /absent|missing/.test(name) ||
      (upstream === "docker.io" && !name.includes("/")));
  return {
    visibility: (upstream, name) =>
      absent(upstream, name) ? "absent" : name.includes("private") ? "private" : "public",
    find: (upstream, name) => (absent(upstream, name) ? undefined : create(upstream, name)),
    create,
    state: () => Object.fromEntries([...held].map(([key, one]) => [key, one.known()])),
  };
}
