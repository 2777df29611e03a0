import { clock } from "../local/clock.ts";
import { dockerHub } from "../local/docker-hub/docker-hub.ts";
import type { Knobs } from "../local/docker-hub/knobs.ts";
import { faults } from "../local/faults.ts";
import { requestLog } from "../local/request-log.ts";
import { onTheWire, type Reply } from "./local-upstream-wire.ts";

export interface Said {
  readonly status: number;
  readonly headers: Reply["headers"];
  /** `{}` for an empty body. */
  readonly json: Record<string, unknown>;
  /** A field of `json` that must be text; "" when it is not there. */
  readonly text: (field: string) => string;
}

/** Docker Hub over TLS with one account ("robot", password "pass word") on its own clock. */
export async function hubWorld(knobs: Partial<Knobs> = {}) {
  const time = clock(Date.parse("2026-11-21T12:00:00Z"));
  const held = faults();
  const log = requestLog();
  const hub = dockerHub({ clock: time, faults: held, ...knobs });
  const accountId = hub.addAccount({ username: "robot", password: "pass word" });
  const wire = await onTheWire(hub.service, { faults: held, log });
  const say = async (
    method: string,
    path: string,
    body?: unknown,
    bearer?: string,
  ): Promise<Said> => {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (bearer !== undefined) headers["authorization"] = `Bearer ${bearer}`;
    const extra = body === undefined ? { headers } : { headers, body };
    const reply = await wire.ask(method, `https://hub.docker.com${path}`, extra);
    const text = reply.body.toString();
    const json = text ? (JSON.parse(text) as Record<string, unknown>) : {};
    const field = (name: string) => (typeof json[name] === "string" ? json[name] : "");
    return { status: reply.status, headers: reply.headers, json, text: field };
  };
  /** A session from a password or token; "" when refused. */
  const signIn = async (identifier: string, secret: string): Promise<string> => {
    return (await say("POST", "/v2/auth/token", { identifier, secret })).text("access_token");
  };
  const close = () => wire.close();
  const { port, ca } = wire;
  return { clock: time, faults: held, log, hub, accountId, say, signIn, close, port, ca };
}
