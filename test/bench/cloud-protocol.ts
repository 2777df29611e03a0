import type { Sku } from "../local/acr/registry.ts";
import type { Count } from "./tally.ts";
import type { WorkloadName } from "./workload.ts";

/** What the process of far ends is started with, as its one argument. */
export interface CloudOptions {
  readonly workload: WorkloadName;
  readonly sku: Sku;
  /** Whether the tier's requests a minute are enforced. */
  readonly limited: boolean;
  /** Its minute in seconds: less makes its clock run faster. */
  readonly minuteSeconds: number;
}

/** Where everything is, once it listens and is seeded. */
export interface CloudPlaces {
  /** Larder's settings, for a child process. */
  readonly settings: Readonly<Record<string, string>>;
  /** ARM name of the registry with the rule, and "localhost:port". */
  readonly registryName: string;
  readonly registry: string;
  /** A registry without rules that holds the same tags, for whoever pushes. */
  readonly plainRegistry: string;
  /** Name and password of both registries' admin user. */
  readonly admin: { readonly username: string; readonly password: string };
  /** Docker Hub's registry under its real names. */
  readonly upstreamPort: number;
  /** The same as "localhost:port", with a login nobody counts down. */
  readonly upstreamAlias: string;
  readonly upstreamLogin: { readonly username: string; readonly password: string };
  /** PEM file of all authorities. */
  readonly caFile: string;
  readonly ruleName: string;
  /** Name of the credential set the rule uses. */
  readonly credentialSet: string;
  readonly seedSeconds: number;
}

export type CloudCommand =
  /** Everything as after the seeding, and nothing counted. */
  | "reset"
  | "counts"
  | "clear"
  | "state"
  /** Takes the stale tags off, as a purge would, and counts nothing. */
  | "untagStale";

/** How many of the workload's tags the registry now serves as upstream has them. */
export interface CloudState {
  readonly fresh: number;
  readonly stale: number;
  readonly missing: number;
}

export interface CloudAnswers {
  readonly reset: undefined;
  readonly clear: undefined;
  readonly untagStale: undefined;
  readonly counts: readonly Count[];
  readonly state: CloudState;
}
