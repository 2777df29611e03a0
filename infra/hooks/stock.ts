import * as z from "zod";
import type { Api, Heard } from "./api.ts";
import { type FirstRule, type Present, rulesToAsk } from "./first-rules.ts";

/** How one thing went, for the list that is printed. */
export interface Told {
  readonly ok: boolean;
  readonly line: string;
}

export interface Wish {
  /** The registry's name. */
  readonly registry: string;
  readonly loginServer: string;
  readonly firstRules: string | undefined;
  /** Larder's credential set for Docker Hub in this registry; undefined: it has none. */
  readonly credentialSet: string | undefined;
}

const Rule = z.object({
  name: z.string(),
  source: z.string(),
  target: z.string(),
  status: z.string(),
  failure: z.object({ message: z.string(), remedy: z.string() }).optional(),
});
type Rule = z.output<typeof Rule>;
const Rules = z.object({ value: z.array(Rule), nextLink: z.string().optional() });

/** Asks a registry for its first rules and waits until they work. Goes on after a refusal. */
export async function stock(
  api: Api,
  wish: Wish,
): Promise<{ readonly told: readonly Told[]; readonly rules: readonly FirstRule[] }> {
  const { registry, firstRules, credentialSet } = wish;
  const listed = await presentRules(api, registry);
  if ("ok" in listed) return { told: [refused("Its rules could not be read", listed)], rules: [] };
  const facts = { ...wish, present: listed.present, docker: credentialSet !== undefined };
  const told: Told[] = [];
  for (const rule of rulesToAsk(firstRules, facts)) told.push(await askFor(api, wish, rule));
  if (told.length === 0) told.push({ ok: true, line: standing(listed.present.length) });
  const after = await presentRules(api, registry);
  return { told, rules: "ok" in after ? [] : after.present };
}

const standing = (count: number) =>
  count === 0
    ? "No rule was asked for."
    : `${count} rule${count === 1 ? " is" : "s are"} there; none is added.`;

/** All but those that failed, which may be asked for again. */
async function presentRules(
  api: Api,
  registry: string,
): Promise<{ readonly present: Present } | Heard> {
  const present: FirstRule[] = [];
  let path: string | undefined = `registries/${registry}/rules`;
  while (path !== undefined) {
    const heard: Heard = await api("GET", path);
    const page: z.output<typeof Rules> | undefined = Rules.safeParse(heard.body).data;
    if (!heard.ok || !page) return { ...heard, ok: false };
    present.push(...page.value.filter(({ status }) => status !== "failed"));
    // By its query alone: behind a proxy the link may name another host.
    path = page.nextLink && `registries/${registry}/rules${new URL(page.nextLink).search}`;
  }
  return { present };
}

async function askFor(api: Api, wish: Wish, rule: FirstRule): Promise<Told> {
  const { registry, credentialSet } = wish;
  const what = `${rule.source} → ${registry}/${rule.target}`;
  // Named, because a registry may have another set for Docker Hub besides.
  const set = rule.source.startsWith("docker.io/") && credentialSet !== undefined;
  const body = { ...rule, ...(set && { credentialSet }), reason: "First rules of the deployment" };
  const asked = await api("POST", `registries/${registry}/rules`, { body });
  const made = Rule.safeParse(asked.body).data;
  if (!asked.ok || !made) return refused(`Rule ${what} was refused`, asked);
  const shown = await ended(api, registry, made);
  if (shown.status === "active") return { ok: true, line: `Rule ${shown.name}: ${what}` };
  const { message = "", remedy = "" } = shown.failure ?? {};
  const failed = shown.status === "failed" ? ` ${message} ${remedy}` : "";
  const waits = shown.status === "awaitingApproval";
  const line = `Rule ${shown.name} (${what}) is ${waits ? "waiting for an approver" : shown.status}.${failed}`;
  return { ok: waits, line };
}

/** The rule once ACR has it, or will not have it, or time is up. */
async function ended(api: Api, registry: string, made: Rule): Promise<Rule> {
  const heard = await api("GET", `registries/${registry}/rules/${made.name}`, {
    hope: ({ body }) =>
      Rule.safeParse(body).data?.status === "requested" ? "Waiting for ACR …" : undefined,
  });
  return Rule.safeParse(heard.body).data ?? made;
}

export const refused = (what: string, { code, message }: Heard): Told => ({
  ok: false,
  line: `${what}: ${message}${code === "" ? "" : ` (${code})`}`,
});
