import type { Ports } from "../../src/domain/ports.ts";
import type { AcrRegistry } from "../local/acr/registry.ts";
import type { StandIn } from "../local/stand-in.ts";

/*
 * Everything that Larder's adapters may ask of Azure, asked once: what it then asked for is what it needs
 * rights for. The types below do not compile when a port gets a method that is not called here.
 */

/** Ports that are no services of Azure's: Larder's own settings and clock, Docker Hub, and other people's registries. */
type Elsewhere =
  | "ambient"
  | "settings"
  | "refreshSettings"
  | "rotationSettings"
  | "reportSettings"
  | "signals"
  | "upstreams"
  | "hubLogins"
  | "accessTokens";

type Method<P> = {
  [M in keyof P]: P[M] extends (...args: never[]) => unknown ? M : never;
}[keyof P];

/** One call of each method of a port. */
type CallsOf<P> = { readonly [M in Method<P>]: () => Promise<unknown> };
export type Calls = { readonly [N in Exclude<keyof Ports, Elsewhere>]: CallsOf<Ports[N]> };

/** Where the calls are made: real adapters over the stand-in. */
export interface Scene {
  readonly ports: Ports;
  readonly standIn: StandIn;
  readonly held: AcrRegistry;
  readonly registry: string;
  /** URL of a secret. */
  readonly secretId: (name: string) => string;
}

export const now = "2026-11-21T02:00:00.000Z";
/** A repository with one image, tagged "latest", and one more for each thing that removes. */
export const repository = "library/nginx";
