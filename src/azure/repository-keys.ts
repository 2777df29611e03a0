/*
 * Keys of rows about repositories and what is in them: "tag:library.~nginx!1.27". They sort as the
 * names do, by code point: first by repository, then by tag. So "!" ends a repository's name, because it
 * is less than all that can stand in one, and ".~" stands for "/", which keys may not hold and which
 * belongs between "." and "0".
 */

/** Keys that begin with `prefix` ("tag:") are a range, and so are those of one repository. */
export function repositoryKey(prefix: string, repository: string, name?: string): string {
  const key = prefix + keyPart(repository);
  return name === undefined ? key : `${key}!${keyPart(name)}`;
}

/** From where to before what all keys with that prefix are, or those of one repository that go on with a name. */
export function keyBounds(
  prefix: string,
  repository?: string,
): { readonly from: string; readonly before: string } {
  // ";" follows ":", and a double quote follows "!".
  if (repository === undefined) return { from: prefix, before: `${prefix.slice(0, -1)};` };
  const key = repositoryKey(prefix, repository);
  return { from: `${key}!`, before: `${key}"` };
}

/** Anything else that a name should not hold is encoded, so that no two names share a key. */
function keyPart(name: string): string {
  return encodeURIComponent(name.toWellFormed())
    .replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
    .replaceAll("%2F", ".~");
}
