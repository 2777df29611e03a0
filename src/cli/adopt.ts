import { apiAccess } from "../config.ts";
import type { AdoptionItem } from "../domain/adoption.ts";
import { adoptionBody } from "../http/adoption-body.ts";
import { adoptionReport, counted } from "./adoption-report.ts";
import { type Api, call, findApi, localFileText } from "./client.ts";
import { confirm } from "./confirm.ts";
import { type AdoptOptions, adoptOptions, adoptUsage } from "./options.ts";

/* `npm run adopt`: what a registry has, taken over by Larder, after a look at it. */

const say = (line: string) => console.log(line);

async function main(): Promise<void> {
  const options = adoptOptions(process.argv.slice(2));
  if (!options) return say(adoptUsage);
  const api = findApi(options, apiAccess(), localFileText());
  const { value: plan, more } = await ask(api, options, { dryRun: true });
  const wanted = plan.filter(({ outcome }) => outcome === "wouldAdopt");
  say(
    plan.length > 0 ? adoptionReport(plan) : "The registry has neither rules nor credential sets.",
  );
  if (more) say("\nThere is more, for which there was no time.");
  if (wanted.length === 0) return say("\nThere is nothing to take over.");
  say(`\n${counted(wanted)} can be taken over. Nothing in the registry is changed.`);
  const yes = options.yes || (await confirm("Take these over?", process.stdin, process.stdout));
  if (yes === undefined) return say("Nothing was done. Say --yes to take these over.");
  if (!yes) return say("Nothing was done.");
  await takeOver(api, options, wanted);
}

interface Ask {
  readonly dryRun: boolean;
  readonly rules?: readonly string[];
  readonly credentialSets?: "none";
}

async function ask(api: Api, { registry, wish }: AdoptOptions, limits: Ask) {
  const path = `registries/${encodeURIComponent(registry)}/adopt`;
  const text = await call(api, "POST", path, { ...wish, ...limits });
  return adoptionBody.parse(JSON.parse(text));
}

/** Asks for exactly what was shown, as often as time is up before the end. */
async function takeOver(
  api: Api,
  options: AdoptOptions,
  wanted: readonly AdoptionItem[],
): Promise<void> {
  const rules = wanted.filter(({ kind }) => kind === "rule").map(({ name }) => name);
  const limits = {
    dryRun: false,
    ...(rules.length > 0 && { rules }),
    ...(rules.length === wanted.length && { credentialSets: "none" as const }),
  };
  const done = new Map<string, AdoptionItem>();
  for (;;) {
    const { value, more } = await ask(api, options, limits);
    for (const item of value)
      if (done.get(keyOf(item))?.outcome !== "adopted") done.set(keyOf(item), item);
    if (!more || !value.some(({ outcome }) => outcome === "adopted")) break;
  }
  const isDone = (item: AdoptionItem) =>
    /^(adopted|already)$/.test(done.get(keyOf(item))?.outcome ?? "");
  say(`\n${counted(wanted.filter(isDone))} taken over.`);
  const left = wanted.filter((item) => !isDone(item));
  if (left.length === 0) return say(goingOn(api, options));
  say(`Not taken over:\n${adoptionReport(left.map((item) => done.get(keyOf(item)) ?? item))}`);
  process.exitCode = 1;
}

const keyOf = ({ kind, name }: AdoptionItem) => `${kind} ${name}`;

function goingOn({ address }: Api, { registry }: AdoptOptions): string {
  return `
The status page at ${address} shows them. What you may want next:
  - tags kept fresh: PATCH ${address}registries/${registry}/rules/{name} {"refresh":{"tags":["latest"]}}
  - tokens renewed without a person: PUT ${address}registries/${registry}/credential-sets/{name} with rotation.mode "managed"
  - all of it as code: npm run export -- --registry ${registry} --format bicep`;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
