import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  /** Path and query below /api/. */
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

export type Answer = readonly [status: number, body: unknown];

export interface ScriptedApi {
  /** As LARDER_API has it. */
  readonly url: string;
  readonly asked: Asked[];
  close(): void;
}

/** Something in the place of Larder's API: each answer is taken from `script` by "METHOD path". */
export async function scriptedApi(
  script: (call: string, asked: readonly Asked[]) => Answer,
): Promise<ScriptedApi> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void answerTo(request, response);
  });
  const answerTo = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const { method = "", headers } = request;
    const path = (request.url ?? "").replace("/api/", "");
    asked.push({ method, path, headers, body: text === "" ? undefined : JSON.parse(text) });
    const [status, body] = script(`${method} ${path}`, asked);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const refused = (status: number, code: string, message: string): Answer => [
  status,
  { error: { code, message } },
];

export const healthy: Answer = [200, { healthy: true, checks: [] }];
export const setView = (changes: object = {}): Answer => [
  200,
  {
    health: { status: "Healthy" },
    access: { state: "granted", commands: [] },
    notes: [],
    ...changes,
  },
];
export const rule = (changes: object = {}) => ({
  name: "docker-library",
  source: "docker.io/library/*",
  target: "library/*",
  status: "active",
  ...changes,
});
