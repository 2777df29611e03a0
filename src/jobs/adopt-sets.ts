import type { AdoptionItem, AdoptionOutcome, AdoptionWish } from "../domain/adoption.ts";
import type { By } from "../domain/caller.ts";
import type { CredentialSet } from "../domain/credential-set.ts";
import { LarderError } from "../domain/errors.ts";
import { accountIn, judgeHeldSet, putOf, setItem } from "../domain/judge-held-set.ts";
import { judgeRotationPolicy } from "../domain/judge-rotation-policy.ts";
import type { Ports } from "../domain/ports.ts";
import type { RotationPolicy } from "../domain/rotation-policy.ts";
import { adoptCredentialSet } from "./adopt-credential-set.ts";
import type { Part, Run } from "./adopt-rules.ts";
import { adopted, newRecord, secretsOf } from "./adopted-record.ts";
import { checkAdoption } from "./check-adoption.ts";
import type { LiveView } from "./gather-facts.ts";
import { orProblem } from "./or-problem.ts";
import type { RotationPorts } from "./rotation-site.ts";

export type SetAdoptionPorts = RotationPorts & Pick<Ports, "tags">;

interface Desk {
  readonly ports: SetAdoptionPorts;
  readonly registry: string;
  readonly wish: AdoptionWish & { readonly credentialSets: "assisted" | "managed" };
  readonly by: By;
}

/** Takes the credential sets of Docker Hub over one after the other; a dry run makes the same checks and records nothing. */
export async function adoptSets(
  ports: SetAdoptionPorts,
  { registry, credentialSets }: LiveView,
  wish: AdoptionWish,
  { dryRun, inTime }: Run,
  by: By,
): Promise<Part> {
  const { credentialSets: mode } = wish;
  if (mode === "none") return { items: [], more: false };
  const desk: Desk = { ports, registry, wish: { ...wish, credentialSets: mode }, by };
  let held = await heldRotations(ports, registry);
  const items = new Map<CredentialSet, AdoptionItem>();
  const taken: CredentialSet[] = [];
  const judge = (set: CredentialSet) => judgeHeldSet(wish, registry, set, { ...held, taken });
  for (const set of credentialSets.toSorted(byName)) {
    if (!inTime()) break;
    let item = judge(set) ?? (await takeOver(desk, set, dryRun ? rehearse : adopt));
    if (item === "overtaken") {
      held = await heldRotations(ports, registry);
      item = judge(set) ?? setItem(set, "notSettled", overtaken);
    }
    if (item.outcome === "adopted" || item.outcome === "wouldAdopt") taken.push(set);
    items.set(set, item);
  }
  // One that could not be taken over may read the token of one that was, later in the list.
  const final = ([set, item]: [CredentialSet, AdoptionItem]) =>
    item.outcome === "skipped" ? (judge(set) ?? item) : item;
  return { items: [...items].map(final), more: items.size < credentialSets.length };
}

const overtaken = "Somebody else changed what is on record of it in the meantime. Repeat this.";

const byName = (a: CredentialSet, b: CredentialSet) =>
  a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1;

async function heldRotations(ports: SetAdoptionPorts, registry: string) {
  const listed = await Promise.all(
    ports.registries.names.map(async (name) => ({ name, ...(await ports.rotations.list(name)) })),
  );
  return {
    records: listed.flatMap(({ records }) => records.map(({ value }) => value)),
    unreadable: listed.find(({ name }) => name === registry)?.unreadable ?? [],
  };
}

/** Takes a set over, or only tries to; answers what is worth knowing besides. */
type Act = (
  desk: Desk,
  set: CredentialSet,
  policy: RotationPolicy,
) => Promise<{ readonly outcome: AdoptionOutcome; readonly notes: readonly string[] }>;

/** "overtaken": a record of it was written after the list was read, and whoever wrote it counts. */
async function takeOver(
  desk: Desk,
  set: CredentialSet,
  act: Act,
): Promise<AdoptionItem | "overtaken"> {
  const { ports, registry, wish } = desk;
  const { credentialSets: mode } = wish;
  const account = wish.account ?? (await orProblem(readAccount(ports, set)));
  if (account instanceof LarderError) return skipped(set, account, registry, mode);
  const judged = judgeRotationPolicy({ mode, account }, ports.rotationSettings);
  if (!judged.ok)
    return setItem(set, "refused", judged.problems.map(({ message }) => message).join(" "));
  const done = await orProblem(act(desk, set, judged.policy));
  if (!(done instanceof LarderError))
    return setItem(set, done.outcome, [promise(judged.policy), ...done.notes].join(" "));
  if (done.reason === "stale") return "overtaken";
  if (done.problem.code === "SecretRenewedAlready")
    return setItem(set, "already", done.problem.message);
  return skipped(set, done, registry, mode, account);
}

/** The Docker ID in the set's user-name secret; nothing else that is found there is repeated. */
async function readAccount(
  { secrets }: SetAdoptionPorts,
  { usernameSecretId }: CredentialSet,
): Promise<string> {
  const held = await secrets.get(usernameSecretId);
  const account = held?.value && accountIn(held.value.reveal());
  if (account !== undefined) return account;
  throw new LarderError("conflict", {
    code: "AccountUnknown",
    message: held?.value
      ? `What ${usernameSecretId} holds is no Docker ID.`
      : `There is no user name in ${usernameSecretId}, or its newest version is disabled.`,
  });
}

const adopt: Act = async ({ ports, registry, by }, { name }, { mode, account }) => {
  const request = { rotation: { mode, account } };
  const { view } = await adoptCredentialSet(ports, registry, name, request, null, by);
  return { outcome: "adopted", notes: view.notes };
};

/** As far as adoptCredentialSet goes before it records anything. */
const rehearse: Act = async ({ ports, registry, by }, set, policy) => {
  const secrets = secretsOf(set, { rotation: policy });
  const wanted = { ...newRecord(ports, registry, set.name, by), ...secrets };
  const record = adopted(wanted, undefined, policy, ports.ambient.now());
  return { outcome: "wouldAdopt", notes: await checkAdoption(ports, record, set) };
};

function promise({ mode, account, renewBefore }: RotationPolicy): string {
  return mode === "assisted"
    ? `Larder watches the token of "${account}", marks its version in the vault by tags, and tells when a person must bring a new one.`
    : `Larder renews the token of "${account}" ${renewBefore} before its end.`;
}

function skipped(
  set: CredentialSet,
  { reason, problem, details }: LarderError,
  registry: string,
  mode: "assisted" | "managed",
  account = "<Docker ID>",
): AdoptionItem {
  const told = details.length > 0 ? details : [problem];
  const whose = reason === "lacksRight" ? " It is Larder's own identity that lacks the right." : "";
  const next = `Then repeat this, or send ${putOf(registry, set, { mode, account })}.`;
  return setItem(set, "skipped", `${told.map(({ message }) => message).join(" ")}${whose} ${next}`);
}
