import { announcer } from "../../src/azure/announcer.ts";
import { signals } from "../../src/azure/signals.ts";
import type { Announcement, AnnouncementName } from "../../src/domain/announcement.ts";
import { announcementNames } from "../../src/domain/announcement.ts";
import type { Signal, SignalName } from "../../src/domain/signal.ts";

/** One of each signal with all its fields, also those that may be absent: the types keep it whole. */
const sampleSignals = {
  ScheduleRan: {
    name: "ScheduleRan",
    job: "sweep",
    succeeded: true,
    seconds: 12.5,
    everySeconds: 300,
  },
  QueueCounted: { name: "QueueCounted", queue: "rule-work-poison", messages: 2, poison: true },
  RulesCounted: {
    name: "RulesCounted",
    registry: "contoso",
    active: 40,
    failed: 1,
    awaitingApproval: 2,
    unmanaged: 3,
    drifted: 1,
  },
  TagsCounted: {
    name: "TagsCounted",
    registry: "contoso",
    repositories: 12,
    overdue: 1,
    example: "library/nginx: the registry answers 429",
    fresh: 100,
    cooling: 1,
    deferred: 2,
    stale: 3,
    refreshing: 4,
    unverified: 5,
    gone: 6,
    unknown: 7,
    pinned: 8,
    locked: 9,
  },
  TagAway: {
    name: "TagAway",
    registry: "contoso",
    repository: "library/nginx",
    tag: "latest",
    message: "Pull it by digest. Larder.Dev tries again.",
  },
  BudgetCounted: {
    name: "BudgetCounted",
    upstream: "docker.io",
    account: "anonymous",
    limit: 100,
    remaining: 20,
    percentLeft: 20,
    reservePercent: 20,
    readAt: "2026-11-21T10:00:00.000Z",
  },
  UpstreamPaused: {
    name: "UpstreamPaused",
    upstream: "ghcr.io",
    until: "2026-11-21T11:00:00.000Z",
    message: "It answers 429.",
  },
  CredentialSetSeen: {
    name: "CredentialSetSeen",
    registry: "contoso",
    credentialSet: "docker-hub",
    health: "Unhealthy",
    errorCode: "FETCH_CREDENTIALS_ERROR",
    daysLeft: 12,
    renewed: true,
  },
  ReportIncomplete: { name: "ReportIncomplete", part: "tags of contoso", message: "503" },
} satisfies { readonly [N in SignalName]: Required<Extract<Signal, { name: N }>> };

const announced = {
  id: "7",
  at: "2026-11-21T10:00:00.000Z",
  registry: "contoso",
  credentialSet: "docker-hub",
  message: "The live token ends in under 3 days, and has not been renewed.",
  by: "somebody",
  rotation: "contoso-1",
  tokenUuid: "1f0c",
  daysLeft: 2,
} satisfies Omit<Required<Announcement>, "name">;

/** Each of them as the code writes it into the log, by its name. */
export const sampleLines: ReadonlyMap<string, string> = new Map(
  (await written()).map((line) => [/^Larder\.(\w+)/.exec(line)?.[1] ?? line, line]),
);

/** What stands in the JSON of those lines; undefined for a name that the code does not write. */
export function sampleFields(name: string): Readonly<Record<string, unknown>> | undefined {
  const line = sampleLines.get(name);
  return line && JSON.parse(line.slice(line.indexOf(" ")));
}

async function written(): Promise<readonly string[]> {
  const lines: string[] = [];
  const write = (_: string, line: string) => void lines.push(line);
  signals(write).write(Object.values(sampleSignals));
  const names = Object.keys(announcementNames) as AnnouncementName[];
  const told = announcer({ credential: { getToken: async () => null }, write });
  await told.announce(names.map((name) => ({ ...announced, name })));
  return lines;
}
