import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../local/host/host.ts";
import { startHost } from "../local/host/host.ts";
import { type StandIn, type StandInOptions, startStandIn } from "../local/stand-in.ts";
import { eventHook, subscribeEvents } from "../local/subscribe-events.ts";
import type { Schema } from "../local/vault/event-schemas.ts";
import { storageFront } from "./storage-front.ts";

const root = join(import.meta.dirname, "../..");

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The built app on the functions host, the stand-in behind it. */
export interface App {
  readonly standIn: StandIn;
  readonly host: Host;
  /** Everything the app logged. */
  readonly log: readonly string[];
  /** A call to the API with the function key; `path` below /api. */
  call(method: string, path: string, body?: unknown): Promise<Reply>;
  close(): Promise<void>;
}

interface AppOptions extends StandInOptions {
  /** How the vault's events are delivered to the app; default: as CloudEvents. */
  readonly eventSchema?: Schema;
  /** Whether the stand-in's log and faults see the app's tables and queues, too. */
  readonly watchStorage?: boolean;
}

/** Starts everything on free ports. `settings` are added to the app's environment. */
export async function startApp(
  options: AppOptions = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<App> {
  if (!existsSync(join(root, "dist/main.cjs"))) throw new Error("Run `npm run build` first.");
  const standIn = await startStandIn(options);
  const front = options.watchStorage ? await storageFront(standIn) : undefined;
  const log: string[] = [];
  const host = await startHost({
    appDirectory: root,
    env: { ...standIn.settings, ...settings, ...(front && { LarderStorage: front.storage }) },
    storage: standIn.storage,
    log: (line) => void log.push(line),
  });
  await subscribeEvents(host, standIn.eventGrid, options.eventSchema);
  return {
    standIn,
    host,
    log,
    async call(method, path, body) {
      const response = await fetch(`${host.url}/api/${path}`, {
        method,
        headers: { "x-functions-key": host.functionKey, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === "" ? undefined : JSON.parse(text),
      };
    },
    async close() {
      await host.stop();
      front?.close();
      await standIn.close();
    },
  };
}

/** Delivers an event of the vault's by hand: the answer's status and text. */
export async function deliverEvent(host: Host, event: unknown): Promise<[number, string]> {
  const answer = await fetch(eventHook(host, "secretEvents"), {
    method: "POST",
    headers: { "aeg-event-type": "Notification" },
    body: JSON.stringify(event),
  });
  return [answer.status, await answer.text()];
}

/** Asks until `accept` finds the answer good; throws with the last one after `seconds`. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  accept: (answer: T) => boolean,
  seconds = 30,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (accept(answer)) return answer;
    if (Date.now() > end)
      throw new Error(`${what} did not happen in ${seconds} s; last: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A field of an answer's body. */
export function field(reply: Reply, name: string): unknown {
  return (reply.body as Record<string, unknown> | undefined)?.[name];
}
