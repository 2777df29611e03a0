import type { Clock } from "../clock.ts";
import type { Call } from "../service.ts";
import type { Directory } from "./directory.ts";
import type { DockerHubFault, Knobs } from "./knobs.ts";
import type { Session, Sessions } from "./session.ts";

/** What every route of the Hub API works with. */
export interface Desk {
  readonly clock: Clock;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly knobs: Knobs;
  /** Whether a fault of this kind hits the call. */
  on(kind: DockerHubFault, call: Call): boolean;
  /** The session of the call; refuses with 401 when there is none. */
  session(call: Call): Promise<Session>;
}
