import { ownerOf, type RotationRecord } from "./rotation.ts";
import type { HeldSecret } from "./rotation-ports.ts";
import { hashLength, stableHash } from "./stable-hash.ts";

/*
 * How tokens at Docker Hub and versions of vault secrets say whose they are, so that an orphan is found
 * and the vault alone tells what is what. Nothing without these marks is ever taken for ours.
 */

export const ownerTag = "larder-owner";
export const rotationTag = "larder-rotation";
export const tokenTag = "larder-token";
/** On a version that holds an old token again: the rotation that was taken back. */
export const rolledBackTag = "larder-rolled-back";

type Named = Pick<RotationRecord, "registry" | "name">;

/** The tags of a secret's version that holds a rotation's token, beside those that were there. */
export function secretTags(
  record: Named,
  rotation: string,
  uuid: string | undefined,
  others: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const { [rolledBackTag]: _gone, [tokenTag]: _old, ...kept } = others;
  return {
    ...kept,
    [ownerTag]: ownerOf(record),
    [rotationTag]: rotation,
    ...(uuid !== undefined && { [tokenTag]: uuid }),
  };
}

/**
 * Whether the newest version of a pending secret may get a newer one: it is this set's, or, whichever set of
 * Larder's it was for, closed. So is the one that a deployment begins with.
 */
export function isOwnOrClosed(
  record: Named,
  { value, tags }: Pick<HeldSecret, "value" | "tags">,
): boolean {
  const owner = tags[ownerTag];
  return owner === ownerOf(record) || (value === undefined && owner !== undefined);
}

/** A label has 1 to 100 characters (specification of POST /v2/access-tokens). */
const longestOwner = 60;

/** What the labels of all tokens made for a set begin with. */
function labelPrefix(record: Named): string {
  const owner = ownerOf(record);
  const short =
    owner.length <= longestOwner
      ? owner
      : `${owner.slice(0, longestOwner - 1 - hashLength)}~${stableHash(owner)}`;
  return `larder ${short} `;
}

/** The label of the token that a rotation makes; the rotation's id without its registry ends it. */
export function tokenLabel(record: Named, rotation: string): string {
  return labelPrefix(record) + rotation.slice(rotation.indexOf("-") + 1);
}

/** Whether Larder made a token for this set, in whatever rotation. */
export function isOwnLabel(record: Named, label: string): boolean {
  return label.startsWith(labelPrefix(record));
}

/** Whether a value looks like an access token of Docker's (facts/docker-hub.md section 1). */
export function isTokenForm(value: string): boolean {
  return /^dckr_(pat|oat)_/.test(value);
}
