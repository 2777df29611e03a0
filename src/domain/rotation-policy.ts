/** What a Docker Hub token may do; each includes those after it. */
export const tokenScopes = ["repo:admin", "repo:write", "repo:read", "repo:public_read"] as const;
export type TokenScope = (typeof tokenScopes)[number];

/**
 * Who makes the new token. A token cannot make another (Docker Hub refuses that to a token's session,
 * hub-feedback#2478, #2514). `managed`: Larder, with the account's password. `assisted`: a person, who
 * puts it into the pending secret.
 */
/** A Docker ID, or an organization's name. */
export const dockerIdPattern = /^[a-zA-Z0-9][a-zA-Z0-9_-]{1,62}$/;

export const rotationModes = ["managed", "assisted"] as const;
type RotationMode = (typeof rotationModes)[number];

/** How the token behind a credential set is renewed. Durations are ISO 8601, as they were written. */
export interface RotationPolicy {
  readonly mode: RotationMode;
  /** Docker ID that the token belongs to; with an organization access token the organization's name. */
  readonly account: string;
  /** Life of a new token. */
  readonly lifetime: string;
  /** A token with less than this left is renewed. */
  readonly renewBefore: string;
  /** How long the old token stays as it is after the new one was seen to work, and after its own last use. */
  readonly grace: string;
  /** How long the old token is kept disabled, so that it can be enabled again, before it is deleted. */
  readonly retention: string;
  readonly scope: TokenScope;
  /** Image of Docker Hub that is pulled through the registry as proof: "library/alpine:latest". */
  readonly canary?: string | undefined;
}
