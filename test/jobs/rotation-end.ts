import type { AnnouncementName } from "../../src/domain/announcement.ts";
import type { RotationRecord } from "../../src/domain/rotation.ts";
import { isOwnLabel, rotationTag } from "../../src/domain/token-marks.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import type { RotationFlow } from "./rotation-flow.ts";
import { byAPerson } from "./rotation-flow-people.ts";
import type { RotationLife } from "./rotation-life.ts";
import { ids } from "./rotation-stage.ts";

const set = { registry: "contoso", name: "docker-hub" };

/** What of a life's end is not as it must be, as sentences. */
export async function faultsOfEnd(life: RotationLife, flow: RotationFlow): Promise<string[]> {
  const { ports } = life;
  const { hub, shelf, sets } = ports;
  const record = ports.rotationTable.find(set.registry, set.name);
  const faults: string[] = [];
  const must = (holds: boolean, what: string) => void (holds || faults.push(what));
  // The last to begin, which need not be the last to end.
  const [done] = (record?.ended ?? [])
    .filter(({ state }) => state === "done")
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  if (!record || !done) return ["no rotation was done"];

  const live = shelf.find(ids.live) ?? "";
  // What has ended before a rotation begins is retired only if somebody had read whose it was.
  const replaced = shelf.versions(ids.live).at(-2);
  const hadOld = replaced !== undefined && (replaced.expiresAt ?? "9") > done.startedAt;
  must(record.rotations.length === 0 && !record.asked, "something is under way");
  must((record.lease?.until ?? "") <= ports.clock.now(), "a lease is held");
  must(hub.works(live) && hub.uuidOf(live) === done.newUuid, "the live secret has another token");
  const login = sets.credentialsOf(set.registry, set.name);
  must(login?.username === life.user && login.password === live, "ACR signs in otherwise");
  must(shelf.find(ids.pending) === undefined, "the pending secret can be read");
  const { status } = await readOperation(ports, done.id);
  must(status === "Succeeded", `the operation is ${status}`);
  faults.push(
    ...leftBehind(life, flow, hadOld),
    ...writtenOver(life, record),
    ...untold(life, happyPath(flow, hadOld), done.id),
  );
  return faults;
}

/** Tokens that are there and must not be, or the other way round. */
function leftBehind(
  { ports, stage, user }: RotationLife,
  { mode, retires }: RotationFlow,
  hadOld: boolean,
): readonly string[] {
  const { hub, shelf, clock } = ports;
  const newUuid = hub.uuidOf(shelf.find(ids.live) ?? "");
  const tokens = hub.tokens(user);
  const first = tokens.find(({ uuid }) => uuid === stage.oldUuid);
  const own = tokens.filter(({ label }) => isOwnLabel(set, label));
  const theirs = tokens.filter(({ label }) => label === byAPerson);
  const others = [...own, ...(hadOld ? theirs : [])].filter(({ uuid }) => uuid !== newUuid);
  const faults = others.map(({ label }) => `"${label}" is left behind`);
  if (mode === "assisted" && own.length > 0) faults.push("a token was made");
  const ended = retires === "unless it ends" && (first?.expiresAt ?? "9") <= clock.now();
  const asItShould = ended || retires === "perhaps" || (retires ? !first : first?.active === true);
  return hadOld && !asItShould ? [...faults, "the first token is not as it should be"] : faults;
}

/** What a person has written is replaced by no rotation that began before it. */
function writtenOver(
  { ports: { shelf }, deeds }: RotationLife,
  { ended }: RotationRecord,
): readonly string[] {
  const versions = shelf.versions(ids.live);
  const index = versions.findIndex(({ version }) => version === deeds.get("write"));
  const [theirs, next] = index < 0 ? [] : versions.slice(index);
  if (!theirs || !next) return [];
  const later = ended.find(({ id }) => id === next.tags[rotationTag]);
  return (later?.startedAt ?? "") < theirs.createdAt ? ["a person's token was written over"] : [];
}

/** What is told of a rotation that ends well, in order. */
function happyPath({ mode, retires }: RotationFlow, hadOld: boolean): readonly AnnouncementName[] {
  const assisted = mode === "assisted";
  return [
    ...(assisted ? [] : ["TokenCreated" as const]),
    "TokenTested",
    "TokenPromoted",
    "TokenConfirmed",
    ...(assisted && hadOld ? ["RevocationNeeded" as const] : []),
    ...(retires && hadOld ? ["OldTokenDisabled" as const, "OldTokenDeleted" as const] : []),
    "RotationEnded",
  ];
}

/** What was not told, or not in order but for what a topic that failed once was told later; the first time counts. */
function untold(
  { ports }: RotationLife,
  happy: readonly AnnouncementName[],
  id: string,
): readonly string[] {
  const { told } = ports.news;
  const of = (rotation: string | undefined) => [
    ...new Set(told.filter((one) => one.rotation === rotation).map(({ name }) => name)),
  ];
  const heard = of(id).filter((name) => happy.includes(name));
  const missing = (["RotationAdopted", "RotationStarted"] as const).filter(
    (name) => !of(undefined).includes(name),
  );
  return [
    ...missing.map((name) => `${name} was not told`),
    ...(heard.toSorted().join() === happy.toSorted().join() ? [] : [`told ${heard.join()}`]),
  ];
}
