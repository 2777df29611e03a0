import type { CacheRule } from "../../src/domain/cache-rule.ts";
import type { RefreshMessage } from "../../src/domain/messages.ts";
import type { RefreshRequest } from "../../src/domain/refresh.ts";
import type { RefreshPolicy } from "../../src/domain/refresh-policy.ts";
import type { RefreshSettings } from "../../src/domain/refresh-ports.ts";
import type { TagRecord } from "../../src/domain/tag.ts";
import { planRefresh } from "../../src/jobs/plan-refresh.ts";
import { refreshRepository } from "../../src/jobs/refresh-repository.ts";
import { startRefresh } from "../../src/jobs/start-refresh.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { anna } from "./people.ts";

/** One registry with one rule, whose repository "nginx" has tags cached from docker.io/library/nginx. */
export interface Stage {
  readonly ports: FakePorts;
  /** Moves a tag upstream and answers the new digest. */
  readonly push: (tag: string) => string;
  /** Has people pull a tag that upstream has, both platforms, and answers its digest. */
  readonly cached: (tag: string) => string;
  /** Lets the schedule's message for the repository be worked off, and what follows within `seconds`. */
  readonly sweep: (seconds?: number) => Promise<readonly string[]>;
  /** Delivers messages as they become visible, for `seconds`. */
  readonly work: (seconds: number) => Promise<readonly string[]>;
  readonly ask: (request: Partial<RefreshRequest>) => Promise<string>;
  readonly record: (tag: string) => Promise<TagRecord | undefined>;
  /** What the registry lists for a tag. */
  readonly listed: (tag: string) => string | undefined;
}

export const source = "docker.io/library/nginx";
export const repository = "nginx";

interface Options {
  readonly policy?: Partial<RefreshPolicy>;
  readonly settings?: Partial<RefreshSettings>;
  readonly rule?: Partial<CacheRule>;
}

export function stage({ policy, settings, rule }: Options = {}): Stage {
  const ports = fakePorts({ pausesTakeTime: true, ...(settings && { refreshSettings: settings }) });
  const record = recordOf({ tags: ["latest", "1.*"], ...policy }, rule);
  const { name, target, credentialSet } = record;
  ports.table.seed(record);
  ports.arm.put("contoso", { name, source: record.source, target, credentialSet });
  for (const [name, value] of Object.entries({ username: "bot", token: "x" }))
    ports.shelf.seed(`https://contoso.vault.azure.net/secrets/docker-hub-${name}`, value);
  const { upstream } = ports.world;
  const work = (seconds: number) => deliver(ports, seconds);
  return {
    ports,
    push: (tag) => upstream.push(source, tag).digest,
    cached(tag) {
      upstream.push(source, tag);
      return ports.world.seed("contoso", repository, tag, ["linux/amd64", "linux/arm64"]);
    },
    async sweep(seconds = 3600) {
      await ports.refreshOutbox.send(
        { kind: "refresh-repository", registry: "contoso", repository },
        0,
      );
      return work(seconds);
    },
    work,
    async ask(request) {
      const asked = { dryRun: false, ...request };
      return (await startRefresh(ports, "contoso", asked, anna)).operation.id;
    },
    record: async (tag) =>
      (await ports.tags.range("contoso", repository, undefined, undefined)).find(
        (one) => one.tag === tag,
      ),
    listed: (tag) => ports.world.images("contoso").tag(repository, tag)?.digest,
  };
}

function recordOf(refresh: RefreshPolicy, change: Partial<CacheRule> = {}): CacheRule {
  const at = "2026-11-01T00:00:00.000Z";
  return {
    registry: "contoso",
    name: "nginx-rule",
    source,
    target: repository,
    credentialSet: "docker-hub",
    refresh,
    status: "active",
    notes: [],
    requestedBy: "anna",
    requestedAt: at,
    updatedAt: at,
    operationId: "contoso-aaaaaaaaaaaaaaaaaaaaaaaaaa",
    attempts: 1,
    ...change,
  };
}

/** One message to its job. */
export function handle(ports: FakePorts, message: RefreshMessage): Promise<string> {
  return message.kind === "plan-refresh"
    ? planRefresh(ports, message)
    : refreshRepository(ports, message);
}

async function deliver(ports: FakePorts, seconds: number): Promise<readonly string[]> {
  const end = ports.clock.milliseconds() + seconds * 1000;
  const lines: string[] = [];
  while (ports.clock.milliseconds() <= end) {
    for (const message of ports.refreshQueue.take()) lines.push(await handle(ports, message));
    ports.clock.advance(5);
  }
  return lines;
}
