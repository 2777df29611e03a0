import type { RotationRecord } from "./rotation.ts";
import type { TokenScope } from "./rotation-policy.ts";
import type { Identification } from "./rotation-ports.ts";
import { includesScope, unknownRights, widestScope } from "./token-rights.ts";

const named = (uuid: string | undefined) => (uuid === undefined ? "The token" : `Token ${uuid}`);

/** What is told of a token that passed its tests, with what Docker Hub did not show of it, so that nothing could be compared. */
export function describeTest(
  { policy }: Pick<RotationRecord, "policy">,
  uuid: string | undefined,
  found: Identification,
): string {
  const missing = [
    ...(found.username === undefined ? ["whose it is"] : []),
    ...(found.uuid === undefined ? ["its id"] : []),
    ...(found.scopes.length === 0 ? ["what it may do"] : []),
  ];
  const unknown = unknownRights(found);
  return [
    `${named(uuid)} signs in as "${policy.account}", and the registry of Docker Hub takes it.`,
    ...(missing.length > 0
      ? [`Docker Hub did not show ${listed(missing)}, so that was not checked.`]
      : []),
    ...(unknown.length > 0
      ? [
          `Larder does not know what it may do with ${listed(shortened(unknown.map((name) => `"${name}"`)))}.`,
        ]
      : []),
  ].join(" ");
}

/** What to do about a token that may do more than the deployment lets one do; undefined: it may not, or nobody can tell. */
export function tooWide(
  { policy }: Pick<RotationRecord, "policy">,
  found: Identification,
  maximum: TokenScope,
): string | undefined {
  const widest = widestScope(found);
  if (widest === undefined || includesScope(maximum, widest)) return undefined;
  const may = listed(shortened([...new Set(found.scopes)].map((name) => `"${name}"`)));
  const needed =
    found.kind === "organization" ? "nothing but the right to pull" : 'no more than "repo:read"';
  const replace =
    policy.mode === "assisted"
      ? "put one that may do no more into the pending secret"
      : "have it renewed now (POST …/rotate with force)";
  return `${named(found.uuid)} may do ${may}, and "${maximum}" is the most that this deployment allows (ROTATION_MAXIMUM_SCOPE). Pulling needs ${needed}. Replace it: ${replace}.`;
}

/** As many as a message has room for: an organization's token may name fifty repositories. */
const mostNamed = 8;

function shortened(names: readonly string[]): readonly string[] {
  const rest = names.length - mostNamed;
  return rest > 0 ? [...names.slice(0, mostNamed), `${rest} more`] : names;
}

/** "a", "a and b", "a, b and c". */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${last}` : last;
}
