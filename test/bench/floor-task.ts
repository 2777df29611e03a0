import type { ClientTask } from "./client-protocol.ts";

export interface FloorTask extends ClientTask {
  /**
   * safe: the requests of Larder, which has the registry hold the new image before it gives up the
   * old tag. fewest: untag, pull, look, as a script would.
   */
  readonly order: "safe" | "fewest";
}
