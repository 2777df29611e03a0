import { aRefresh, aResult, someProgress } from "../contract/sample-refresh.ts";
import { aRecord } from "../contract/sample-rotation.ts";
import { anEntry, anOperation, plainRule } from "../contract/sample-rule.ts";
import { aState, aTag } from "../contract/sample-tag.ts";
import { type Calls, now, repository, type Scene } from "./rights-scene.ts";

type State =
  | "rules"
  | "operations"
  | "history"
  | "heartbeats"
  | "tags"
  | "refreshes"
  | "budgets"
  | "rotations"
  | "outbox"
  | "refreshOutbox"
  | "rotationOutbox"
  | "queues";

const tomorrow = "2026-11-22T02:00:00.000Z";

/** Tables and queues. */
export function stateCalls(scene: Scene): Pick<Calls, State> {
  const { ports, registry } = scene;
  return {
    rules: {
      async commit() {
        const rule = plainRule(registry, "nginx");
        const operation = anOperation(registry, "1", { status: "Succeeded" });
        const history = anEntry(registry, now);
        const put = { rule, etag: undefined };
        const etag = await ports.rules.commit({ registry, version: "", put, operation, history });
        await ports.rules.commit({ registry, remove: { name: "nginx", etag } });
      },
      read: () => ports.rules.read(registry),
      get: () => ports.rules.get(registry, "nginx"),
    },
    operations: { get: () => ports.operations.get(`${registry}-1`) },
    history: {
      list: () => ports.history.list(registry, { limit: 10 }),
      append: () => ports.history.append(registry, [anEntry(registry, now)]),
      prune: () => ports.history.prune(registry, { operations: tomorrow, history: tomorrow }),
    },
    heartbeats: {
      beat: () => ports.heartbeats.beat("sweep", now),
      last: () => ports.heartbeats.last("sweep"),
    },
    budgets: {
      get: () => ports.budgets.get("purge contoso"),
      update: () =>
        ports.budgets.update("purge contoso", () => ({
          put: { kind: "breaker", failures: 1 },
          answer: 1,
        })),
      list: () => ports.budgets.list(),
    },
    rotations: {
      async write() {
        const etag = await ports.rotations.write(aRecord(registry, "docker-hub"), undefined);
        await ports.rotations.write(aRecord(registry, "docker-hub"), etag);
      },
      list: () => ports.rotations.list(registry),
      get: () => ports.rotations.get(registry, "docker-hub"),
      async remove() {
        const held = await ports.rotations.get(registry, "docker-hub");
        await ports.rotations.remove(registry, "docker-hub", held?.etag ?? "");
      },
    },
    outbox: {
      send: () => ports.outbox.send({ kind: "converge-rule", registry, name: "nginx" }, 0),
    },
    refreshOutbox: {
      send: () => ports.refreshOutbox.send({ kind: "refresh-repository", registry, repository }, 0),
    },
    rotationOutbox: {
      send: () =>
        ports.rotationOutbox.send({ kind: "rotate-credential-set", registry, name: "a" }, 0),
    },
    queues: { counts: () => ports.queues.counts() },
    ...tagCalls(scene),
  };
}

function tagCalls({ ports, registry }: Scene): Pick<Calls, "tags" | "refreshes"> {
  const refresh = aRefresh(registry, "2");
  const { id } = refresh.operation;
  return {
    tags: {
      async write() {
        const state = aState(registry, repository);
        const etag = await ports.tags.write({
          state,
          etag: undefined,
          put: [aTag(registry, "latest"), aTag(registry, "old")],
        });
        await ports.tags.write({ state, etag, remove: ["old"] });
      },
      states: () => ports.tags.states(registry),
      state: () => ports.tags.state(registry, repository),
      range: () => ports.tags.range(registry, repository, undefined, undefined),
      due: () => ports.tags.due(registry, repository, tomorrow, 10),
      list: () => ports.tags.list(registry, { limit: 10 }),
      pins: () => ports.tags.pins(registry, repository),
      superseded: () => ports.tags.superseded(registry, repository),
      forget: () => ports.tags.forget(registry, repository),
    },
    refreshes: {
      create: () => ports.refreshes.create(refresh),
      get: () => ports.refreshes.get(id),
      async update() {
        const held = await ports.refreshes.get(id);
        const operation = { ...refresh.operation, status: "Succeeded" } as const;
        await ports.refreshes.update({ ...refresh, operation }, held?.etag ?? "");
      },
      open: () => ports.refreshes.open(registry),
      plan: () => ports.refreshes.plan(id, [repository], now),
      progress: () => ports.refreshes.progress(id),
      progressOf: () => ports.refreshes.progressOf(id, repository),
      record: () =>
        ports.refreshes.record(id, someProgress(repository), [aResult(repository, "latest")]),
      resultsOf: () => ports.refreshes.resultsOf(id, repository, ["latest"]),
      results: () => ports.refreshes.results(id, { limit: 10 }),
      prune: () => ports.refreshes.prune(registry, tomorrow),
    },
  };
}
