import { randomBytes } from "node:crypto";
import type { AcrRegistry } from "../local/acr/registry.ts";
import type { Clock } from "../local/clock.ts";
import { registryId } from "../local/cloud.ts";
import { requestLog } from "../local/request-log.ts";
import type {
  CloudAnswers,
  CloudCommand,
  CloudOptions,
  CloudPlaces,
  CloudState,
} from "./cloud-protocol.ts";
import { farEnds } from "./far-ends.ts";
import { type Hub, hub } from "./hub.ts";
import { tally } from "./tally.ts";
import { workload } from "./workload.ts";

/*
 * The far ends of a bench, in a process of their own: `node cloud.ts '<CloudOptions>'`, forked.
 * Sends one CloudPlaces, then answers each `{id, command}` with `{id, result}`; ends with its parent.
 */

const prefix = "docker.io/";
const registryName = "benchregistry";
const credentialSet = "bench-hub";
const login = { username: "benchbot", password: randomBytes(12).toString("base64url") };
const admin = { username: "bench", password: randomBytes(12).toString("base64url") };

/** A clock whose minute takes `seconds`. */
function quickClock(seconds: number): Clock {
  const started = Date.now();
  let offset = 0;
  return {
    now: () => started + offset + Math.floor(((Date.now() - started) * 60) / seconds),
    advance: (given) => {
      offset += given * 1000;
    },
  };
}

/** Exactly the tags, indexes and platforms that were cached before anything moved. */
function fill({ storage }: AcrRegistry, upstream: Hub, below: string): void {
  for (const [name] of storage.repositories.entries()) storage.repositories.delete(name);
  for (const { repository, tag, image } of upstream.before) {
    const name = below + repository;
    for (const child of image.children) storage.put(name, child);
    storage.put(name, { ...image.index, tag });
  }
  for (const repository of new Set(upstream.before.map((one) => one.repository)))
    for (const { digest, bytes } of upstream.blobs(repository))
      storage.putBlob(below + repository, digest, bytes);
}

/** What the registry lists against what upstream has, without a request. */
function stateOf({ storage }: AcrRegistry, upstream: Hub): CloudState {
  const count = { fresh: 0, stale: 0, missing: 0 };
  for (const { repository, tag } of upstream.before) {
    const listed = storage.repositories.get(prefix + repository)?.tags.get(tag)?.digest;
    if (listed === undefined) count.missing += 1;
    else if (listed === upstream.digest(repository, tag)) count.fresh += 1;
    else count.stale += 1;
  }
  return count;
}

async function start(options: CloudOptions) {
  const begun = performance.now();
  const log = requestLog();
  const upstream = hub(workload(options.workload), login, log);
  const ends = await farEnds(quickClock(options.minuteSeconds), log, upstream);
  const rateLimits = options.limited ? "tier" : "off";
  // Sticky: only a purge helps. Without a delay: what is measured is work, not ACR's patience.
  const usual = { adminUser: admin, tagMode: "sticky", importDelayMs: 0 } as const;
  const registry = await ends.addRegistry({
    ...usual,
    name: registryName,
    sku: options.sku,
    rateLimits,
  });
  const plain = await ends.addRegistry({ ...usual, name: "benchplain", rateLimits: "off" });
  addRule(registry, ends);
  const refill = () => {
    fill(registry, upstream, prefix);
    fill(plain, upstream, "");
  };
  refill();
  const counted = tally();
  log.watch((exchange) => counted.add(exchange));
  const places: CloudPlaces = {
    settings: ends.settings(registryName),
    registryName,
    registry: registry.loginServer(),
    plainRegistry: plain.loginServer(),
    admin,
    upstreamPort: ends.upstreamPort,
    upstreamAlias: `localhost:${ends.upstreamPort}`,
    upstreamLogin: login,
    caFile: ends.caFile,
    ruleName: "docker-io",
    credentialSet,
    seedSeconds: (performance.now() - begun) / 1000,
  };
  return { registry, upstream, refill, counted, places };
}

/** A rule for all of Docker Hub, with a credential set whose pulls nobody counts down. */
function addRule(
  registry: AcrRegistry,
  { vault, vaultUrl }: Awaited<ReturnType<typeof farEnds>>,
): void {
  const secrets = { "bench-username": login.username, "bench-password": login.password };
  const [usernameSecretId, passwordSecretId] = Object.keys(secrets).map(
    (name) => `${vaultUrl}/secrets/${name}`,
  ) as [string, string];
  const set = { loginServer: "docker.io", usernameSecretId, passwordSecretId };
  const principalId = registry.addCredentialSet({ name: credentialSet, ...set });
  for (const [name, value] of Object.entries(secrets)) {
    vault.seed(name, value);
    vault.reader.grant(principalId, name);
  }
  const credentialSetResourceId = `${registryId(registryName)}/credentialSets/${credentialSet}`;
  const mapping = { sourceRepository: "docker.io/*", targetRepository: `${prefix}*` };
  const properties = { ...mapping, credentialSetResourceId };
  registry.rules.start({ name: "docker-io", properties, afterMs: 0, by: "bench" });
}

process.once("disconnect", () => process.exit());
const started = await start(JSON.parse(process.argv[2] ?? "{}") as CloudOptions);
const answers: { [K in CloudCommand]: () => CloudAnswers[K] } = {
  reset: () => {
    started.refill();
    started.counted.clear();
    return undefined;
  },
  clear: () => {
    started.counted.clear();
    return undefined;
  },
  counts: () => started.counted.counts(),
  untagStale: () => {
    const { registry, upstream } = started;
    for (const { repository, tag, image } of upstream.before)
      if (image.index.digest !== upstream.digest(repository, tag))
        registry.storage.untag(prefix + repository, tag);
    return undefined;
  },
  state: () => stateOf(started.registry, started.upstream),
};
process.on("message", ({ id, command }: { id: number; command: CloudCommand }) => {
  process.send?.({ id, result: answers[command]() });
});
process.send?.(started.places);
