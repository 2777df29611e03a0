/** An ARM child resource of a registry: a cache rule or a credential set. */
export interface Resource<P> {
  /** As first spelled; compared without case. */
  readonly name: string;
  readonly properties: P;
  readonly provisioningState: "Creating" | "Updating" | "Deleting" | "Succeeded" | "Failed";
  /** Milliseconds; survives PATCH, unlike `touchedAt` (recorded: systemData.createdAt is reset). */
  readonly creationDate: number;
  readonly touchedAt: number;
  /** Principal that wrote it last. */
  readonly by: string;
}

export interface Change<P> {
  readonly name: string;
  /** What it will be; undefined: deleted. */
  readonly properties: P | undefined;
  /** Milliseconds by the clock until it takes effect. */
  readonly afterMs: number;
  readonly by: string;
  /** Ends in provisioningState Failed, the old properties kept. */
  readonly fails?: boolean;
}

export interface Resources<P> {
  /** Grows with every change, so that indexes over the resources know when to rebuild. */
  version(): number;
  get(name: string): Resource<P> | undefined;
  /** By name. */
  list(): readonly Resource<P>[];
  isBusy(name: string): boolean;
  /** Starts a change and returns the resource as ARM answers it: old values while updating. Throws Error when it deletes what is not there. */
  start(change: Change<P>): Resource<P>;
}

interface Pending<P> {
  readonly dueAt: number;
  readonly settled: Resource<P> | undefined;
}

/** No resources yet. What is due by the clock takes effect before anything is answered. */
export function resources<P>(now: () => number): Resources<P> {
  const held = new Map<string, Resource<P>>();
  const pending = new Map<string, Pending<P>>();
  let version = 0;

  const finish = (key: string, { settled }: Pending<P>): void => {
    pending.delete(key);
    if (settled) held.set(key, settled);
    else held.delete(key);
    version += 1;
  };
  const settle = (): void => {
    for (const [key, one] of pending) if (one.dueAt <= now()) finish(key, one);
  };
  return {
    version() {
      settle();
      return version;
    },
    get(name) {
      settle();
      return held.get(name.toLowerCase());
    },
    list() {
      settle();
      return [...held].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, resource]) => resource);
    },
    isBusy(name) {
      settle();
      return pending.has(name.toLowerCase());
    },
    start(change) {
      settle();
      const key = change.name.toLowerCase();
      const running = pending.get(key);
      if (running) finish(key, running);
      const { answer, settled } = changed(change, held.get(key), now());
      held.set(key, answer);
      pending.set(key, { dueAt: now() + change.afterMs, settled });
      version += 1;
      return answer;
    },
  };
}

/** The resource while the change is on its way, and after it. */
function changed<P>(
  { name, properties, by, fails = false }: Change<P>,
  before: Resource<P> | undefined,
  at: number,
): { readonly answer: Resource<P>; readonly settled: Resource<P> | undefined } {
  const shown = before?.properties ?? properties;
  if (shown === undefined) throw new Error(`${name} does not exist`);
  const verb = properties === undefined ? "Deleting" : before ? "Updating" : "Creating";
  const whole = {
    name: before?.name ?? name,
    creationDate: before?.creationDate ?? at,
    touchedAt: at,
    by,
  };
  const answer = { ...whole, properties: shown, provisioningState: verb } as const;
  if (fails) return { answer, settled: { ...answer, provisioningState: "Failed" } };
  return {
    answer,
    settled: properties && { ...whole, properties, provisioningState: "Succeeded" },
  };
}
