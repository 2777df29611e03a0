import type { z } from "zod";
import type { Sku } from "../acr/registry.ts";
import type { Clock } from "../clock.ts";
import type { Faults } from "../faults.ts";
import type { RequestLog } from "../request-log.ts";
import type { Access } from "../vault/access.ts";
import type { EventGrid } from "../vault/event-grid.ts";
import type { Switch } from "./input.ts";

/** What the control API can reach. Methods throw Error with a sentence for a person. */
export interface World {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly access: Access;
  readonly eventGrid: Pick<EventGrid, "subscribe" | "unsubscribe">;
  /** Digest of the new index. */
  push(image: string, platforms?: readonly string[]): string;
  behind(upstream: string, url: string): void;
  addRegistry(
    name: string,
    sku?: Sku,
  ): Promise<{ readonly name: string; readonly loginServer: string }>;
  /** Returns the switches as they are now. */
  change(change: z.infer<typeof Switch>): unknown;
  /** A bearer token of the app's own identity. */
  token(audience: string): string;
  state(): unknown;
}
