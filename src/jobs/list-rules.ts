import { type RuleStatus, sameName } from "../domain/cache-rule.ts";
import { patternCovers } from "../domain/mapping.ts";
import { servedName, unmanagedRecord } from "./find-rule.ts";
import type { FactPorts } from "./gather-facts.ts";
import type { RuleView } from "./read-rule.ts";

export interface RuleQuery {
  readonly status?: RuleStatus | undefined;
  readonly owner?: string | undefined;
  /** A source, an upstream alone, or a pattern like "docker.io/*": rules whose source it covers. */
  readonly source?: string | undefined;
  /** Continue behind this rule name. */
  readonly after?: string | undefined;
  readonly limit: number;
}

type ListPorts = Pick<FactPorts, "registries" | "rules" | "cacheRules" | "ambient">;

const key = (view: RuleView) => view.rule.name.toLowerCase();

/** Every rule of a registry, recorded or only live, by name. */
export async function allRules(ports: ListPorts, registry: string): Promise<readonly RuleView[]> {
  const served = servedName(ports, registry);
  const [{ rules }, live] = await Promise.all([
    ports.rules.read(served),
    ports.cacheRules.list(served),
  ]);
  const now = ports.ambient.now();
  const recorded = rules.map(
    ({ value, etag }): RuleView => ({
      rule: value,
      etag,
      live: live.find(({ name }) => sameName(name, value.name)),
    }),
  );
  const others = live
    .filter(({ name }) => !rules.some(({ value }) => sameName(name, value.name)))
    .map(
      (shown): RuleView => ({ rule: unmanagedRecord(served, shown, now), etag: "", live: shown }),
    );
  return [...recorded, ...others].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** A page of rules, by name. `next` is the name to continue behind; absent on the last page. */
export async function listRules(
  ports: ListPorts,
  registry: string,
  query: RuleQuery,
): Promise<{ readonly rules: readonly RuleView[]; readonly next?: string | undefined }> {
  const asked = query.source;
  const source = asked === undefined || /[/*]/.test(asked) ? asked : `${asked}/*`;
  const matching = (await allRules(ports, registry)).filter(
    (view) =>
      (query.status === undefined || view.rule.status === query.status) &&
      (query.owner === undefined || view.rule.owner === query.owner) &&
      (source === undefined || patternCovers(source, view.rule.source)) &&
      (query.after === undefined || key(view) > query.after.toLowerCase()),
  );
  const rules = matching.slice(0, query.limit);
  return { rules, next: matching.length > rules.length ? rules.at(-1)?.rule.name : undefined };
}
