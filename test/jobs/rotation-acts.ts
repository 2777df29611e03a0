import { expect } from "vitest";
import type { AnnouncementName } from "../../src/domain/announcement.ts";
import { LarderError } from "../../src/domain/errors.ts";
import type { Rotation, RotationRecord, RotationState } from "../../src/domain/rotation.ts";
import { account, ids, type RotationStage } from "./rotation-stage.ts";

/** What a far end that does not answer now does to a call. */
export function busy(retryAfterSeconds?: number): () => never {
  return () => {
    const problem = { code: "ServerBusy", message: "The far end is busy." };
    throw new LarderError("unavailable", problem, { retryAfterSeconds });
  };
}

/** Every call of these names fails from now on; `interruptions.clear` ends that. */
export function fail({ ports }: RotationStage, calls: readonly string[], how = busy()): void {
  for (const call of calls) ports.interruptions.interrupt(call, "before", how, 1_000_000);
}

export const hubCalls = [
  "hubLogins.signIn",
  "hubLogins.identify",
  "accessTokens.list",
  "accessTokens.create",
  "accessTokens.setActive",
  "accessTokens.remove",
];

/** Lives until a rotation comes into the state, and kills the worker there. Answers the rotation. */
export async function liveUntil(stage: RotationStage, state: RotationState): Promise<Rotation> {
  const killed = new Error("killed");
  let armed = true;
  stage.ports.interruptions.watch((call, [written]) => {
    if (!armed || call !== "rotations.write") return;
    const { rotations } = written as RotationRecord;
    if (!rotations.some((one) => one.state === state)) return;
    armed = false;
    throw killed;
  });
  await expect(stage.live(40 * 86_400)).rejects.toBe(killed);
  const found = stage.record().rotations.find((one) => one.state === state);
  if (!found) throw new Error(`no rotation is ${state}`);
  return found;
}

/** What was told under a name, in order. */
export function messages({ ports }: RotationStage, name: AnnouncementName): readonly string[] {
  return ports.news.told.filter((one) => one.name === name).map(({ message }) => message);
}

/** When something was told. */
export function toldAt({ ports }: RotationStage, name: AnnouncementName): readonly string[] {
  return ports.news.told.filter((one) => one.name === name).map(({ at }) => at);
}

/** Code of what keeps the only rotation from going on. */
export function heldBy(stage: RotationStage): string | undefined {
  return stage.record().rotations[0]?.hold?.code;
}

/** The uuids of the account's tokens at Docker Hub, oldest first. */
export function tokensAtHub({ ports }: RotationStage): readonly string[] {
  return ports.hub
    .tokens(account)
    .map(({ uuid }) => uuid)
    .toReversed();
}

/** Whether Docker Hub takes what the live secret holds. */
export function liveWorks({ ports }: RotationStage): boolean {
  return ports.hub.works(ports.shelf.find(ids.live) ?? "");
}

/** A person makes a token on the web site, and writes it into a secret. Answers its uuid. */
export function place(
  { ports }: RotationStage,
  secretId: string,
  wish: { readonly scopes?: readonly string[]; readonly expiresAt?: string } = {},
): string {
  const made = ports.hub.addToken(account, { label: "of a person", ...wish });
  ports.shelf.seed(secretId, made.value, { expiresAt: wish.expiresAt });
  return made.uuid;
}

/** ACR calls the set healthy while it holds the first token, and no other. */
export function healthyOnlyWithOld({ ports, oldUuid }: RotationStage): void {
  ports.sets.watchHealth((registry, { name }) => {
    const held = ports.sets.credentialsOf(registry, name)?.password ?? "";
    return ports.hub.uuidOf(held) === oldUuid
      ? { status: "Healthy" }
      : { status: "Unhealthy", errorCode: "sim:LoginRefused" };
  });
}
