import type { TokenCredential } from "@azure/identity";
import { ask } from "./ask.ts";
import { type KeptToken, keptToken, withToken } from "./kept-token.ts";
import { tokenService } from "./token-service.ts";

/** The tokens of all registries, by login server, for whoever talks to them. */
export interface RegistryTokens {
  /** Signs the identity in; also the password of a docker login. */
  refresh(server: string): KeptToken;
  /** Opens one repository for reading and deleting. */
  access(server: string, repository: string): KeptToken;
}

/** Everything Larder does in a repository, so that one token is enough for it. Never a wildcard: ABAC has none. */
const actions = "pull,delete,metadata_read";
/** Access tokens at once, a kilobyte or two each; the oldest goes. */
const maximumHeld = 2000;

/** `lacksRight` when the identity may not sign in at all; `now` in milliseconds since the epoch. */
export function registryTokens(
  credential: TokenCredential,
  now: () => number = Date.now,
): RegistryTokens {
  const service = tokenService(credential);
  const refreshTokens = new Map<string, KeptToken>();
  const accessTokens = new Map<string, KeptToken>();
  const refresh = (server: string) => {
    const sign = () =>
      ask(`sign in to ${server}`, (abortSignal) => service.exchange(server, abortSignal));
    return heldIn(refreshTokens, server, () => keptToken(sign, now));
  };
  return {
    refresh,
    access(server, repository) {
      const what = `get a token for repository ${repository} of ${server}`;
      const scope = `repository:${repository}:${actions}`;
      const fetch = () =>
        withToken(refresh(server), (signedIn) =>
          ask(what, (abortSignal) => service.access(server, scope, signedIn, abortSignal)),
        );
      return heldIn(accessTokens, `${server}/${repository}`, () => keptToken(fetch, now));
    },
  };
}

function heldIn(held: Map<string, KeptToken>, key: string, make: () => KeptToken): KeptToken {
  const found = held.get(key);
  if (found) return found;
  const [oldest] = held.keys();
  if (oldest !== undefined && held.size >= maximumHeld) held.delete(oldest);
  const made = make();
  held.set(key, made);
  return made;
}
