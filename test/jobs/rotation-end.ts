import type { AnnouncementName } from "../../src/domain/announcement.ts";
import { isOwnLabel } from "../../src/domain/token-marks.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import type { RotationFlow } from "./rotation-flows.ts";
import type { RotationLife } from "./rotation-life.ts";
import { account, ids } from "./rotation-stage.ts";

const set = { registry: "contoso", name: "docker-hub" };

/** What of a life's end is not as it must be, as sentences. */
export async function faultsOfEnd(life: RotationLife, flow: RotationFlow): Promise<string[]> {
  const { ports, stage } = life;
  const { hub, shelf, sets } = ports;
  const record = ports.rotationTable.find(set.registry, set.name);
  const faults: string[] = [];
  const must = (holds: boolean, what: string) => void (holds || faults.push(what));
  const done = record?.ended.find(({ state }) => state === "done");
  if (!record || !done) return ["no rotation was done"];

  const tokens = hub.tokens(account);
  const own = tokens.filter(({ label }) => isOwnLabel(set, label)).map(({ uuid }) => uuid);
  const live = shelf.find(ids.live) ?? "";
  const old = tokens.find(({ uuid }) => uuid === stage.oldUuid);
  const assisted = flow.mode === "assisted";
  // What has ended before a rotation begins is retired only if somebody had read whose it was.
  const hadOld = (life.oldExpiresAt ?? "9") > done.startedAt;
  const retires = flow.retires && hadOld;
  must(record.rotations.length === 0 && !record.asked, "something is under way");
  must((record.lease?.until ?? "") <= ports.clock.now(), "a lease is held");
  must(hub.works(live) && hub.uuidOf(live) === done.newUuid, "the live secret has another token");
  const login = sets.credentialsOf(set.registry, set.name);
  must(login?.username === account && login.password === live, "ACR signs in otherwise");
  if (assisted) must(own.length === 0 && old?.active === true, "tokens were touched");
  else must(own.join() === done.newUuid, `tokens with our label: ${own.join()}`);
  if (hadOld) must(retires ? !old : old?.active === true, "the old token is not as it should be");
  must(shelf.find(ids.pending) === undefined, "the pending secret can be read");
  const { status } = await readOperation(ports, done.id);
  must(status === "Succeeded", `the operation is ${status}`);
  faults.push(...untold(life, happyPath(flow, hadOld), done.id));
  return faults;
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
