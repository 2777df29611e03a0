import { ownerOf } from "../../src/domain/rotation.ts";
import { type BegunWatch, begunWatch } from "./rotation-year-begun.ts";
import { writtenRecord } from "./rotation-year-faults.ts";
import { type LiveWatch, liveWatch } from "./rotation-year-live.ts";
import { holderOf, revocationFault } from "./rotation-year-revoked.ts";
import { hour, tell, type Year, type YearSet } from "./rotation-year-world.ts";

/** Looks at everything before and after every call of a worker, and whenever a person did something. */
export interface YearWatch {
  /** What must never happen, and did. */
  readonly violations: readonly string[];
  /** What came before the first of them. */
  readonly story: readonly string[];
  readonly counts: { moments: number; begun: number; done: number; failed: number; back: number };
  readonly live: LiveWatch;
  readonly begun: BegunWatch;
  before(set: YearSet | undefined, what: string, parameters: readonly unknown[]): void;
  after(set: YearSet | undefined, what: string, parameters: readonly unknown[]): void;
  look(): void;
}

export function watchYear(year: Year): YearWatch {
  const violations: string[] = [];
  const story: string[] = [];
  const violate = (message: string) => {
    if (violations.length === 0) story.push(...year.acts.slice(-60));
    violations.push(`${ports.clock.now()} ${message}`);
  };
  const counts = { moments: 0, begun: 0, done: 0, failed: 0, back: 0 };
  const live = liveWatch(year, violate);
  const begun = begunWatch(year, counts, violate);
  const { ports } = year;
  let seen = "";
  let lookedAt = 0;
  let told = 0;
  const heard = new Set<string>();
  const look = () => {
    counts.moments += 1;
    const now = ports.clock.milliseconds();
    const state = `${ports.shelf.log.length} ${ports.hub.log.length} ${year.changes}`;
    if (state === seen && now < live.nextEnd() && now - lookedAt < hour * 1000) return;
    seen = state;
    lookedAt = now;
    live.look();
  };
  return {
    violations,
    story,
    counts,
    live,
    begun,
    look,
    before(set, what, parameters) {
      if (!set || !what.startsWith("accessTokens.")) return;
      const fault = revocationFault(year, live, set, what, parameters);
      if (fault !== undefined) violate(`${ownerOf(set)}: ${what}: ${fault}`);
    },
    after(set, what, parameters) {
      if (what.startsWith("accessTokens.") && what !== "accessTokens.list")
        tell(year, `${set?.name ?? ""}: ${what} ${JSON.stringify(parameters.slice(1))}`);
      if (what === "secrets.put") year.onWrite();
      const record = writtenRecord(what, parameters);
      if (record) {
        begun.written(record);
        for (const { name, tokenUuid = "", id } of record.unsaid) {
          if (name !== "RevocationNeeded" || heard.has(id)) continue;
          heard.add(id);
          const holder = holderOf(year, tokenUuid);
          if (holder) violate(`told to revoke ${tokenUuid}, which ${holder.name} holds`);
        }
      }
      look();
      for (; told < ports.news.told.length; told += 1) {
        const { name, message, credentialSet, registry } = ports.news.told[told] ?? {};
        tell(year, `${registry}/${credentialSet} ${name}: ${message}`);
      }
    },
  };
}
