import type { Answer, Service } from "./service.ts";

/*
 * The doors between the parts of the stand-in. Each part is written against these only,
 * so that arm/, acr/, vault/, identity/, docker-hub/ and upstream/ can be read one at a time.
 */

/** The managed-identity endpoint and the token authority behind it. */
export interface Identity {
  readonly service: Service;
  /** Principal id of the app's own identity. */
  readonly appPrincipalId: string;
  /** Principal id of a good bearer token for the audience (a resource URL, with or without a trailing slash), else undefined. */
  verify(authorization: string | undefined, audience: string): string | undefined;
  /** A bearer token as a test would hold it: signed JWT with aud, oid, tid, exp. */
  issue(principalId: string, audience: string): string;
}

/** Reading a secret as somebody: what ACR does with a credential set's identity. */
export interface VaultReader {
  /** Current enabled value. `forbidden` carries the vault's own wording, `absent` when there is none. */
  readAs(
    principalId: string,
    secretUrl: string,
  ): { readonly value: string } | { readonly forbidden: string } | { readonly absent: string };
  /** Lets a principal get the named secrets of the vault. Idempotent. */
  grant(principalId: string, secretName: string): void;
}

/** Docker Hub accounts and tokens, as its token service and registry need them. */
export interface HubAccounts {
  /** The account behind a user name and password or access token, with the limit that applies; undefined: refused. */
  login(
    username: string,
    secret: string,
  ):
    | {
        readonly accountId: string;
        readonly plan: "personal" | "paid";
        readonly scopes: readonly string[];
      }
    | undefined;
}

/** All upstream registries, as ACR reaches them. */
export interface UpstreamSide {
  readonly service: Service;
  /**
   * A pull as ACR does it, with the upstream's own token dance (counted and subject to faults like any other).
   * `path` as in the registry's API without "/v2/": "library/nginx/manifests/latest".
   * The answer is the registry's last one, body as Buffer; 401 when the login was refused.
   */
  pull(
    upstream: string,
    method: "GET" | "HEAD",
    path: string,
    accept: string,
    login: { readonly username: string; readonly password: string } | undefined,
  ): Promise<Answer & { readonly body: Buffer }>;
  /** Whether the upstream accepts this login; `unasked` when it could not be asked. */
  accepts(
    upstream: string,
    login: { readonly username: string; readonly password: string },
  ): Promise<"yes" | "no" | "unasked">;
  /** Moves (or makes) a tag: a new index with one image per platform. Returns the index digest. */
  push(image: string, platforms?: readonly string[]): string;
  /** For GET /state. */
  state(): unknown;
}
