import type { Answer } from "../service.ts";
import type { Family } from "./media-types.ts";

/** Where a host's tokens come from and what they are like. */
export interface TokenDoor {
  /** Absent: the registry's own host. */
  readonly host?: string;
  readonly path: string;
  /** Service in the challenge; null: the challenge has none. Absent: the registry's own host. */
  readonly service?: string | null;
  readonly seconds: number;
  /** Fields of the answer that hold the token. */
  readonly fields: readonly ("token" | "access_token")[];
  /** Adds `expires_in` and `issued_at` to the answer. */
  readonly saysLife: boolean;
  /** nvcr.io: the scope is a query parameter of the realm, not a parameter of the challenge. */
  readonly scopeInRealm?: true;
  /** The scope the challenge names whatever is asked for. */
  readonly scope?: string;
  /** What becomes of a scope the caller may not have: left out of the grant, or the request refused. */
  readonly ungrantable: "left-out" | "refused";
  /** ghcr.io, public.ecr.aws: an anonymous token opens every public repository. */
  readonly opensAllPublic?: true;
}

/** How one upstream host speaks. */
export interface Dialect {
  /** As the catalogue of src/domain/upstream.ts writes it. */
  readonly loginServer: string;
  /** Hosts that answer /v2 besides the login server. */
  readonly hosts?: readonly string[];
  readonly token?: TokenDoor;
  /** Which manifests and blobs need a token: all, those that are not public, none. */
  readonly needsToken: "always" | "unless-public" | "never";
  /** Whose passwords count; "none": the host knows no logins. */
  readonly logins: "hub" | "any" | "none";
  /** No anonymous tokens. */
  readonly loginRequired?: true;
  /** A token without the right: 401 with a new challenge, or 403 DENIED. */
  readonly unreadable: "challenge" | "denied";
  /** An index asked for without its type: the linux/amd64 manifest, 404, or the index all the same. */
  readonly narrowAccept: "child" | "unknown" | "index";
  readonly family?: Family;
  /** Tags in a page when the caller names no `n`. */
  readonly pageSize?: number;
  /** Largest `n`; more is 405. */
  readonly largestPage?: number;
  /** quay.io: the next page is named by an opaque parameter. */
  readonly opaquePages?: true;
  /** registry.k8s.io: everything but /v2/ itself is found at a regional host. */
  readonly redirectsTo?: string;
  readonly etag?: true;
  /** Docker Hub's pull limits and their headers. */
  readonly pullLimits?: true;
  readonly referrers: "index" | "redirect" | "unknown";
  readonly throttled: Answer;
  /** The 401 of nvcr.io is an HTML page. */
  readonly html401?: true;
}
